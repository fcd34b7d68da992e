#include "kamal/support/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>

#include "kamal/support/files.h"
#include "kamal/support/interruption.h"

namespace kamal {
namespace {

constexpr int no_answer = 3, wrong_answer = 4;
Interruption* interrupted_by_signal = nullptr;

// As connections do it: in a thread that gets no signals. The exit status says what came of it.
int ask_in_child(const std::string& expected) {
  Interruption interruption;
  interrupted_by_signal = &interruption;
  std::signal(SIGINT, [](int signal) { interrupted_by_signal->request(signal); });
  int status = 0;
  std::thread asking = start_quiet_thread([&] {
    try {
      const auto answer = ask_silently("Password: ", interruption);
      status = !answer ? no_answer : *answer == expected ? 0 : wrong_answer;
    } catch (const Interrupted& error) {
      status = 128 + error.signal;
    }
  });
  asking.join();
  return status;
}

// A process that asks, and its terminal.
class Asking {
 public:
  explicit Asking(const std::string& expected) {
    int fd = -1;
    pid_ = forkpty(&fd, nullptr, nullptr, nullptr);
    if (pid_ == 0) _exit(ask_in_child(expected));
    terminal_ = Fd(fd);
  }
  ~Asking() {
    if (pid_ > 0) kill(pid_, SIGKILL), waitpid(pid_, nullptr, 0);
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  bool started() const { return pid_ > 0; }
  void type(const std::string& text) const {
    ASSERT_EQ(write(terminal_.get(), text.data(), text.size()), std::ssize(text));
  }
  // False where it does not come in time.
  bool shows(const std::string& text) {
    while (shown_.find(text) == std::string::npos)
      if (!read_more()) return false;
    return true;
  }
  const std::string& shown() const { return shown_; }
  bool echoes() const {
    termios state{};
    tcgetattr(terminal_.get(), &state);
    return (state.c_lflag & ECHO) != 0;
  }
  int end() {
    while (read_more()) {
    }
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  bool read_more() {
    std::array<char, 256> bytes{};
    pollfd readable{terminal_.get(), POLLIN, 0};
    if (poll(&readable, 1, 10'000) <= 0) return false;
    const ssize_t count = read(terminal_.get(), bytes.data(), bytes.size());
    if (count > 0) shown_.append(bytes.data(), static_cast<size_t>(count));
    return count > 0;
  }

  pid_t pid_ = -1;
  Fd terminal_;
  std::string shown_;
};

TEST(SilentQuestion, DoesNotEchoTheAnswer) {
  Asking asking("sesame");
  ASSERT_TRUE(asking.started());
  ASSERT_TRUE(asking.shows("Password: "));
  EXPECT_FALSE(asking.echoes());

  asking.type("sesame\n");

  EXPECT_EQ(asking.end(), 0);
  EXPECT_EQ(asking.shown(), "Password: \r\n");
}

TEST(SilentQuestion, RestoresTheTerminalAfterCtrlC) {
  Asking asking("");
  ASSERT_TRUE(asking.started());
  ASSERT_TRUE(asking.shows("Password: "));
  ASSERT_FALSE(asking.echoes());

  asking.type("ses\x03");

  EXPECT_TRUE(asking.shows("\n"));
  EXPECT_EQ(asking.end(), 128 + SIGINT);
  EXPECT_TRUE(asking.echoes());
  EXPECT_EQ(asking.shown().find("ses"), std::string::npos);
}

TEST(SilentQuestion, EndOfFileIsAnEmptyAnswer) {
  Asking asking("");
  ASSERT_TRUE(asking.started());
  ASSERT_TRUE(asking.shows("Password: "));

  asking.type("\x04");

  EXPECT_EQ(asking.end(), 0);
}

TEST(SilentQuestion, HasNoAnswerWithoutATerminal) {
  const pid_t pid = fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    setsid();
    _exit(ask_in_child("sesame"));
  }
  int status = 0;
  waitpid(pid, &status, 0);

  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), no_answer);
}

TEST(TerminalSize, IsThatOfTheTerminal) {
  int master = 0, terminal = 0;
  const winsize size{44, 122, 0, 0};
  ASSERT_EQ(openpty(&master, &terminal, nullptr, nullptr, &size), 0);
  const Fd master_closed(master), terminal_closed(terminal);
  EXPECT_EQ(terminal_size(terminal), (WindowSize{122, 44}));
}

TEST(TerminalSize, IsUnknownForAFile) {
  const Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(terminal_size(file.get()), std::nullopt);
}

}  // namespace
}  // namespace kamal
