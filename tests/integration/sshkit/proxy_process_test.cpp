#include "sshkit/ssh/sockets.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;

bool runs(pid_t pid) { return kill(pid, 0) == 0; }

bool write_all(int fd, const std::string& text) {
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// The next line that comes, or what came until then.
std::string read_line(int fd) {
  std::string line;
  pollfd readable{fd, POLLIN, 0};
  for (char c = 0; poll(&readable, 1, 20'000) == 1 && read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

class ProxyCommandProcess : public ::testing::Test {
 protected:
  // Waits for the program to write its process id there.
  pid_t pid_in(const std::string& file) const {
    pid_t pid = 0;
    test::eventually([&] { return bool(std::ifstream(directory_.path() / file) >> pid); });
    return pid;
  }
  std::string into(const std::string& file) const {
    // At once: nobody reads half a number.
    const std::string path = (directory_.path() / file).string();
    return "> " + path + ".new; mv " + path + ".new " + path + "; ";
  }

  test::TemporaryFolder directory_;
};

TEST_F(ProxyCommandProcess, CarriesTheConnectionOnItsStandardStreams) {
  ProxyProcess program("read -r line; echo \"got $line\"");
  const Fd socket = program.take_socket();

  ASSERT_TRUE(write_all(socket.get(), "word\n"));

  EXPECT_EQ(read_line(socket.get()), "got word");
  EXPECT_EQ(read_line(socket.get()), "");  // it has ended, and with it the way
}

TEST_F(ProxyCommandProcess, MayEndItselfAtEndOfInput) {
  { ProxyProcess program("cat >/dev/null; echo done " + into("done") + "echo $$ " + into("pid")); }
  EXPECT_TRUE(std::filesystem::exists(directory_.path() / "done"));
}

TEST_F(ProxyCommandProcess, IgnoringEndOfInputIsTerminatedWithItsChildren) {
  pid_t first = 0, second = 0;
  {
    ProxyProcess program("sleep 60 & echo $! " + into("second") + "echo $$ " + into("first") +
                         "sleep 60; sleep 60");
    first = pid_in("first");
    second = pid_in("second");
    ASSERT_TRUE(first > 0 && runs(first));
    ASSERT_TRUE(second > 0 && runs(second));
  }
  EXPECT_FALSE(runs(first));
  EXPECT_FALSE(runs(second));
}

TEST_F(ProxyCommandProcess, LeavesNoOrphansAfterItsExit) {
  pid_t orphan = 0;
  {
    ProxyProcess program("sleep 60 & echo $! " + into("orphan"));
    orphan = pid_in("orphan");
    ASSERT_TRUE(orphan > 0 && runs(orphan));
  }
  EXPECT_FALSE(runs(orphan));
}

TEST_F(ProxyCommandProcess, IgnoringSigtermIsKilled) {
  pid_t pid = 0;
  {
    ProxyProcess program("trap '' TERM; echo $$ " + into("pid") + "while :; do sleep 60; done");
    pid = pid_in("pid");
    ASSERT_TRUE(pid > 0 && runs(pid));
  }
  EXPECT_FALSE(runs(pid));
}

TEST_F(ProxyCommandProcess, SparesAChildInAnotherSession) {
  pid_t pid = 0;
  {
    ProxyProcess program("setsid sh -c 'echo $$ " + into("pid") +
                         "exec sleep 60' >/dev/null 2>&1 </dev/null & cat");
    pid = pid_in("pid");
  }
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(runs(pid));
  kill(pid, SIGKILL);
}

TEST_F(ProxyCommandProcess, EndsIfKamalIsKilled) {
  const pid_t owner = fork();
  if (owner == 0) {
    const ProxyProcess program("sleep 60 & echo $! " + into("child") + "echo $$ " + into("pid") +
                               "wait; sleep 60");
    pause();
    _exit(1);
  }
  const pid_t pid = pid_in("pid"), child = pid_in("child");
  const bool ran = pid > 0 && child > 0 && runs(pid) && runs(child);

  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);

  ASSERT_TRUE(ran);
  EXPECT_TRUE(test::eventually([&] { return !runs(pid) && !runs(child); }));
}

volatile sig_atomic_t signals_seen = 0;
void count_signal(int) { signals_seen = signals_seen + 1; }

// In the process of the test: is the way still open after a signal to the whole group?
int outlives(int signal, const std::function<void()>& send) {
  std::signal(signal, count_signal);
  ProxyProcess program("cat");
  const Fd socket = program.take_socket();
  if (!write_all(socket.get(), "before\n") || read_line(socket.get()) != "before") return 2;
  send();
  if (!test::eventually([] { return signals_seen > 0; })) return 3;
  return write_all(socket.get(), "after\n") && read_line(socket.get()) == "after" ? 0 : 4;
}

int status_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(ProxyCommandProcess, SurvivesCtrlCOnTheTerminal) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    _exit(outlives(SIGINT, [] { [[maybe_unused]] const bool sent = write_all(STDOUT_FILENO, "now\n"); }));
  }
  read_line(terminal);
  write_all(terminal, "\x03");

  EXPECT_EQ(status_of(pid), 0);
  close(terminal);
}

TEST_F(ProxyCommandProcess, SurvivesGroupSignalsWithoutATerminal) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const pid_t pid = fork();
    if (pid == 0) {
      setsid();
      _exit(outlives(signal, [&] { kill(0, signal); }));
    }
    EXPECT_EQ(status_of(pid), 0) << signal;
  }
}

TEST_F(ProxyCommandProcess, MayPromptOnTheTerminal) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    ProxyProcess program("echo password: >/dev/tty; read -r word </dev/tty; echo \"got $word\"");
    const Fd socket = program.take_socket();
    _exit(read_line(socket.get()) == "got secret" ? 0 : 1);
  }
  EXPECT_EQ(read_line(terminal), "password:\r");
  write_all(terminal, "secret\n");

  EXPECT_EQ(status_of(pid), 0);
  close(terminal);
}

class ProxyCommandConnection : public SshTest {
 protected:
  // A program that leads to `address` and starts another one that ignores the end of its input.
  std::string relay(const std::string& address) const {
    return leave_behind() +
           "ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i " +
           sshd_.key().string() + " -p " + std::to_string(sshd_.port()) + " -W " + address + ":" +
           std::to_string(sshd_.port()) + " " + own_user() + "@127.0.0.9";
  }
  std::string leave_behind() const {
    const std::string file = (home_.path() / "left").string();
    return "sleep 60 & echo $! >> " + file + "; ";
  }
  std::vector<pid_t> left() const {
    std::ifstream file(home_.path() / "left");
    std::vector<pid_t> pids;
    for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
    return pids;
  }
  void expect_end_with_the_run() {
    {
      const auto backend = connect(settings_);
      ASSERT_EQ(run(backend->server(Host("127.0.0.2")), "echo in").out, "in\n");
      ASSERT_EQ(left().size(), 1u);
      EXPECT_TRUE(runs(left().at(0)));
    }
    EXPECT_FALSE(runs(left().at(0)));
  }
  test::Sshd sshd_;
  SshSettings settings_ = settings_for(sshd_);
};

TEST_F(ProxyCommandConnection, EndsWithTheRun) {
  settings_.proxy_command = relay("%h");
  expect_end_with_the_run();
}

TEST_F(ProxyCommandConnection, ToAJumpHostEndsWithTheRun) {
  write_ssh_config("Host 127.0.0.8\n  ProxyCommand " + relay("%h") + "\n");
  settings_.proxy_jump = own_user() + "@127.0.0.8:" + std::to_string(sshd_.port());
  expect_end_with_the_run();
}

TEST_F(ProxyCommandConnection, EndsAfterAFailedConnection) {
  settings_.proxy_command = leave_behind() + "wait";
  settings_.connect_timeout = 1s;
  const auto backend = connect(settings_);

  EXPECT_NE(failure_of(*backend, "127.0.0.2").find("timed out"), std::string::npos);

  ASSERT_FALSE(left().empty());
  for (const pid_t pid : left()) EXPECT_TRUE(test::eventually([&] { return !runs(pid); }));
}

TEST_F(ProxyCommandConnection, EndsAfterAnInterruption) {
  settings_.proxy_command = leave_behind() + "wait";
  {
    const auto backend = connect(settings_);
    backend->prepare({Host("127.0.0.2")});
    ASSERT_TRUE(test::eventually([&] { return left().size() == 1; }));
    ASSERT_TRUE(runs(left().at(0)));
    interruption_.request(SIGINT);
    EXPECT_THROW(backend->server(Host("127.0.0.2")), Interrupted);
  }
  EXPECT_FALSE(runs(left().at(0)));
}

}  // namespace
}  // namespace kamal::sshkit
