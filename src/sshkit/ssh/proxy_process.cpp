#include "sshkit/ssh/proxy_process.h"

#include <fcntl.h>
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
#include <string_view>
#include <system_error>

namespace kamal::sshkit {
namespace {

constexpr auto time_to_leave = std::chrono::seconds(1);
constexpr auto longest_end = std::chrono::seconds(10);  // of the guard: more than it needs
constexpr timespec pause_between_looks{.tv_sec = 0, .tv_nsec = 5'000'000};
constexpr int deepest_family = 16;
// Of the guard, beside standard streams.
constexpr int lifeline_fd = 3;
constexpr unsigned most_fds_without_close_range = 65536;

// What stands between fork and exec, and all of the guard: other threads may have held locks when this
// process was copied, so nothing here allocates memory.

// Calls visit(pid) for each child of the main thread of `parent`. False if the system does not say.
template <class Visit>
bool visit_children(pid_t parent, const Visit& visit) {
  std::array<char, 64> path{};
  char* at = path.data();
  const auto append = [&at](std::string_view text) { at = std::ranges::copy(text, at).out; };
  const auto append_pid = [&] { at = std::to_chars(at, path.data() + path.size(), parent).ptr; };
  append("/proc/");
  append_pid();
  append("/task/");
  append_pid();
  append("/children");
  const int fd = open(path.data(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 4096> text;
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  const char* const end = text.data() + std::max<ssize_t>(size, 0);
  for (const char* next = text.data(); next < end; ++next) {
    pid_t child = 0;
    const auto [behind, error] = std::from_chars(next, end, child);
    if (error == std::errc()) visit(child);
    next = std::max(next, behind);
  }
  return true;
}

// The program and what it started, as far as it is still in this session: what has made a session of its own
// (ControlPersist of ssh) is meant to stay.
class Family {
 public:
  explicit Family(pid_t program) : program_(program) {}

  void end() {
    for (const int signal : {0, SIGTERM, SIGKILL}) {
      told_count_ = 0;
      const auto limit = Ticks::now() + time_to_leave;
      while (Ticks::now() < limit) {
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        found_ = false;
        if (!tell_children(getpid(), signal, 0)) tell(program_, signal);
        if (!found_) return;
        nanosleep(&pause_between_looks, nullptr);
      }
    }
  }

 private:
  bool tell_children(pid_t parent, int signal, int depth) {
    if (depth == deepest_family) return true;
    return visit_children(parent, [&](pid_t child) {
      tell_children(child, signal, depth + 1);
      tell(child, signal);
    });
  }

  void tell(pid_t pid, int signal) {
    if (getsid(pid) != getsid(0)) return;
    found_ = true;
    const auto told_end = told_.begin() + told_count_;
    if (signal == 0 || (signal != SIGKILL && std::find(told_.begin(), told_end, pid) != told_end)) return;
    kill(pid, signal);
    if (told_count_ < static_cast<int>(told_.size())) told_[static_cast<size_t>(told_count_++)] = pid;
  }

  pid_t program_;
  bool found_ = false;
  std::array<pid_t, 256> told_{};  // once each: a handler should not be interrupted by the next signal
  int told_count_ = 0;
};

void close_from(unsigned first) {
  if (close_range(first, ~0U, 0) == 0) return;
  for (unsigned fd = first; fd < most_fds_without_close_range; ++fd) close(static_cast<int>(fd));
}

bool has_terminal() {
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

// The way to the server must outlive signals to the whole group of this process, such as Ctrl-C: there is a
// lock to release. Only where there is a terminal it has to stay in the group, to be able to ask for a
// password.
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
  // Orphans of the program become children of the guard.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Out of the way of each other first.
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
    Family(program).end();
  }
  _exit(0);
}

// No signal reaches this thread, nor what it forks.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

ProxyProcess::ProxyProcess(const std::string& shell_text) {
  auto [ours, theirs] = socket_pair();
  auto [lifeline, lifeline_of_guard] = socket_pair();
  const std::array<const char*, 4> argv{"/bin/sh", "-c", shell_text.c_str(), nullptr};
  {
    const BlockedSignals blocked;
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
  const auto limit = Ticks::now() + longest_end;
  while (waitpid(guard_, nullptr, WNOHANG) == 0) {
    if (Ticks::now() > limit) kill(guard_, SIGKILL);
    nanosleep(&pause_between_looks, nullptr);
  }
}

}  // namespace kamal::sshkit
