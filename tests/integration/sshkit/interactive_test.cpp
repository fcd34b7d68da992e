#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;
using test::Sshd;

// Runs an interactive command in a child process, whose standard streams are what the test wants.
class Interactive : public SshTest {
 protected:
  Interactive() { deadline_.reset(); }  // whoever forks has one thread; all waits here are bounded

  // With a terminal: its other end is master_.
  pid_t start_with_terminal(const std::string& text, winsize size = {24, 80, 0, 0}) {
    const pid_t pid = forkpty(&master_, nullptr, nullptr, &size);
    if (pid == 0) become(text);
    return pid;
  }

  // `not_its` are ends that only the test may hold: nobody would see their end otherwise.
  pid_t start_with_pipes(const std::string& text, int in, int out, int err,
                         std::initializer_list<int> not_its) {
    const pid_t pid = fork();
    if (pid == 0) {
      for (const int fd : not_its) close(fd);
      dup2(in, STDIN_FILENO);
      dup2(out, STDOUT_FILENO);
      dup2(err, STDERR_FILENO);
      become(text);
    }
    return pid;
  }

  [[noreturn]] void become(const std::string& text) {
    static Interruption* const interruption = &interruption_;
    std::signal(SIGINT, [](int signal) { interruption->request(signal); });
    int status = 100;
    try {
      const auto backend = connect(settings_);
      status = backend->server(Host("127.0.0.1")).run_interactively(Command{Argument::syntax(text)});
    } catch (const Interrupted&) {
      status = 101;
    } catch (const std::exception& error) {
      dprintf(STDERR_FILENO, "%s\n", error.what());
    }
    _exit(status);
  }

  void type(const std::string& text) const {
    ASSERT_EQ(write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // Reads the screen until the text is there.
  void expect_on_screen(const std::string& text) {
    while (screen_.find(text) == std::string::npos) {
      pollfd readable{master_, POLLIN, 0};
      char buffer[4096];
      const ssize_t count = poll(&readable, 1, 20'000) == 1 ? read(master_, buffer, sizeof buffer) : -1;
      ASSERT_GT(count, 0) << "not seen: " << text << "; screen: " << screen_;
      screen_.append(buffer, static_cast<size_t>(count));
    }
  }

  static int status_of(pid_t pid) {
    int status = 0;
    if (!test::eventually([&] { return waitpid(pid, &status, WNOHANG) != 0; })) {
      ADD_FAILURE() << "process " << pid << " does not end";
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  termios mode() const {
    termios mode{};
    tcgetattr(master_, &mode);
    return mode;
  }

  Sshd sshd_;
  SshSettings settings_ = settings_for(sshd_);
  int master_ = -1;
  std::string screen_;
};

TEST_F(Interactive, UsesATerminalAndReturnsTheStatus) {
  const pid_t pid =
      start_with_terminal("tty >/dev/null && echo \"terminal $TERM\"; read answer; echo got $answer; exit 7");
  expect_on_screen("terminal xterm");
  type("hello\r");
  expect_on_screen("got hello");

  EXPECT_EQ(status_of(pid), 7);
}

TEST_F(Interactive, RestoresTheTerminal) {
  const termios before = [&] {
    const pid_t pid = start_with_terminal("echo ready; read answer; exit 0");
    const termios first = mode();
    expect_on_screen("ready");
    EXPECT_EQ(mode().c_lflag & (ICANON | ECHO | ISIG), 0u);
    type("x\r");
    // The child's end is closed with the child, so its mode is looked at through ours.
    status_of(pid);
    return first;
  }();

  EXPECT_EQ(mode().c_lflag, before.c_lflag);
}

TEST_F(Interactive, ForwardsCtrlC) {
  const pid_t pid =
      start_with_terminal("trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.05; done");
  expect_on_screen("ready");
  type("\x03");
  expect_on_screen("caught");

  EXPECT_EQ(status_of(pid), 9);
}

TEST_F(Interactive, FollowsTheWindowSize) {
  const pid_t pid = start_with_terminal(
      "stty size; trap 'stty size; exit 0' WINCH; while :; do sleep 0.05; done", {33, 111, 0, 0});
  expect_on_screen("33 111");
  const winsize larger{44, 122, 0, 0};
  ioctl(master_, TIOCSWINSZ, &larger);
  expect_on_screen("44 122");

  EXPECT_EQ(status_of(pid), 0);
}

TEST_F(Interactive, PipesInputWithoutATerminal) {
  int in[2], out[2];
  ASSERT_EQ(pipe2(in, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const pid_t pid = start_with_pipes("cat; exit 4", in[0], out[1], STDERR_FILENO, {in[1], out[0]});
  close(in[0]);
  close(out[1]);
  std::string bytes;
  for (int i = 0; i < 3'000'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  std::jthread writer([&] {
    for (size_t at = 0; at < bytes.size();)
      at += static_cast<size_t>(write(in[1], bytes.data() + at, bytes.size() - at));
    close(in[1]);
  });
  std::string back;
  char buffer[65536];
  for (ssize_t count; (count = read(out[0], buffer, sizeof buffer)) > 0;)
    back.append(buffer, static_cast<size_t>(count));
  close(out[0]);

  EXPECT_EQ(status_of(pid), 4);
  EXPECT_TRUE(back == bytes);
}

TEST_F(Interactive, SeparatesStderrWithoutATerminal) {
  int out[2], err[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(err, O_CLOEXEC), 0);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = start_with_pipes("echo out; echo err >&2; tty", null, out[1], err[1], {out[0], err[0]});
  for (const int fd : {null, out[1], err[1]}) close(fd);
  const auto all_of = [](int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<size_t>(count));
    close(fd);
    return text;
  };
  std::string err_text;
  std::jthread reader([&] { err_text = all_of(err[0]); });
  const std::string out_text = all_of(out[0]);
  reader.join();

  EXPECT_EQ(out_text, "out\nnot a tty\n");
  EXPECT_EQ(err_text, "err\n");
  EXPECT_EQ(status_of(pid), 1);
}

TEST_F(Interactive, EndsOnASignalIfItsOutputIsNotRead) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const int capacity = fcntl(out[1], F_SETPIPE_SZ, 4096);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = start_with_pipes("exec yes", null, out[1], STDERR_FILENO, {out[0]});
  for (const int fd : {null, out[1]}) close(fd);
  const auto is_full = [&] {
    int bytes = 0;
    ioctl(out[0], FIONREAD, &bytes);
    return bytes == capacity;
  };
  EXPECT_TRUE(test::eventually(is_full));
  kill(pid, SIGINT);

  EXPECT_EQ(status_of(pid), 101);
  close(out[0]);
}

TEST_F(Interactive, EndsOnABrokenPipe) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = start_with_pipes("exec yes", null, out[1], STDERR_FILENO, {out[0]});
  for (const int fd : {null, out[0], out[1]}) close(fd);

  EXPECT_EQ(status_of(pid), 128 + SIGPIPE);
}

TEST_F(Interactive, ReturnsTheSignalOfAKilledCommand) {
  const std::vector<std::pair<std::string, int>> signals{
      {"TERM", 143}, {"INT", 130}, {"KILL", 137}, {"USR1", 138}};
  for (const auto& [signal, status] : signals) {
    const pid_t pid = start_with_terminal("echo ready; kill -" + signal + " $$");

    EXPECT_EQ(status_of(pid), status) << signal;
  }
}

}  // namespace
}  // namespace kamal::sshkit
