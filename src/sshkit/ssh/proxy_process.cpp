#include "sshkit/ssh/proxy_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>
#include <system_error>

#include "kamal/support/interruption.h"

namespace kamal::sshkit {
namespace {

constexpr auto exit_timeout = std::chrono::seconds(1);
constexpr auto guard_timeout = std::chrono::seconds(10);  // longer than the guard needs
constexpr timespec poll_interval{.tv_sec = 0, .tv_nsec = 5'000'000};
constexpr int max_depth = 16;
// In the guard.
constexpr int lifeline_fd = 3;
constexpr unsigned max_fds = 65536;

// This code runs after fork() in a multithreaded process: other threads may have held locks, so nothing here
// allocates memory.

// Calls visit(pid) for each child of the main thread of `parent`. False if unknown.
template <class Visit>
bool visit_children(pid_t parent, const Visit& visit) {
  std::array<char, 64> path{};
  fmt::format_to_n(path.data(), path.size() - 1, "/proc/{0}/task/{0}/children", parent);
  const int fd = open(path.data(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 4096> text;
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  const char* const end = text.data() + std::max<ssize_t>(size, 0);
  for (const char* next = text.data(); next < end; ++next) {
    pid_t child = 0;
    const auto [rest, error] = std::from_chars(next, end, child);
    if (error == std::errc()) visit(child);
    next = std::max(next, rest);
  }
  return true;
}

// The program and its descendants in this session; those with their own session (ssh ControlPersist) are left
// alone.
class ProcessTree {
 public:
  explicit ProcessTree(pid_t program) : program_(program) {}

  void end() {
    for (const int signal : {0, SIGTERM, SIGKILL}) {
      signaled_count_ = 0;
      const auto limit = Ticks::now() + exit_timeout;
      while (Ticks::now() < limit) {
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        found_ = false;
        if (!signal_children(getpid(), signal, 0)) signal_process(program_, signal);
        if (!found_) return;
        nanosleep(&poll_interval, nullptr);
      }
    }
  }

 private:
  bool signal_children(pid_t parent, int signal, int depth) {
    if (depth == max_depth) return true;
    return visit_children(parent, [&](pid_t child) {
      signal_children(child, signal, depth + 1);
      signal_process(child, signal);
    });
  }

  void signal_process(pid_t pid, int signal) {
    if (getsid(pid) != getsid(0)) return;
    found_ = true;
    const auto signaled_end = signaled_.begin() + signaled_count_;
    if (signal == 0 || (signal != SIGKILL && std::find(signaled_.begin(), signaled_end, pid) != signaled_end))
      return;
    kill(pid, signal);
    if (signaled_count_ < static_cast<int>(signaled_.size()))
      signaled_[static_cast<size_t>(signaled_count_++)] = pid;
  }

  pid_t program_;
  bool found_ = false;
  std::array<pid_t, 256> signaled_{};  // once each, so that handlers are not interrupted
  int signaled_count_ = 0;
};

void close_from(unsigned first) {
  if (close_range(first, ~0U, 0) == 0) return;
  for (unsigned fd = first; fd < max_fds; ++fd) close(static_cast<int>(fd));
}

bool has_terminal() {
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

// The transport must survive signals to this process group, such as Ctrl-C, because the lock is still to be
// released. With a terminal it stays in the group, to be able to prompt for a password.
void leave_signals_to_kamal() {
  const bool stays = has_terminal();
  if (!stays) setpgid(0, 0);
  for (const int signal : {SIGINT, SIGHUP}) std::signal(signal, stays ? SIG_IGN : SIG_DFL);
}

[[noreturn]] void run_program(const char* const* argv) {
  leave_signals_to_kamal();
  for (const int signal : {SIGTERM, SIGPIPE}) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  close(lifeline_fd);
  execv(argv[0], const_cast<char* const*>(argv));
  _exit(127);
}

[[noreturn]] void guard(const char* const* argv, int socket, int lifeline) {
  // Adopts orphans of the program.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Moves both out of the range used below.
  socket = fcntl(socket, F_DUPFD, lifeline_fd + 1);
  lifeline = fcntl(lifeline, F_DUPFD, lifeline_fd + 1);
  dup2(socket, STDIN_FILENO);
  dup2(socket, STDOUT_FILENO);
  dup2(lifeline, lifeline_fd);
  close_from(lifeline_fd + 1);
  const pid_t program = fork();
  if (program == 0) run_program(argv);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
  if (program > 0) {
    char byte = 0;
    while (read(lifeline_fd, &byte, 1) < 0 && errno == EINTR) {
    }
    ProcessTree(program).end();
  }
  _exit(0);
}

}  // namespace

ProxyProcess::ProxyProcess(const std::string& shell_text) {
  auto [ours, theirs] = socket_pair();
  auto [lifeline, lifeline_of_guard] = socket_pair();
  const std::array<const char*, 4> argv{"/bin/sh", "-c", shell_text.c_str(), nullptr};
  {
    const SignalsBlocked blocked;  // in the child, too
    guard_ = fork();
    if (guard_ == 0) guard(argv.data(), theirs.get(), lifeline_of_guard.get());
  }
  if (guard_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  socket_ = std::move(ours);
  lifeline_ = std::move(lifeline);
}

ProxyProcess::~ProxyProcess() {
  socket_.reset();
  lifeline_.reset();
  const auto limit = Ticks::now() + guard_timeout;
  while (waitpid(guard_, nullptr, WNOHANG) == 0) {
    if (Ticks::now() > limit) kill(guard_, SIGKILL);
    nanosleep(&poll_interval, nullptr);
  }
}

}  // namespace kamal::sshkit
