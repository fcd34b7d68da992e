#include "sshkit/ssh/sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <system_error>

#include "kamal/support/process.h"

namespace kamal::sshkit {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int make_semaphore(unsigned count) {
  const int fd = eventfd(count, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
  if (fd < 0) fail("eventfd");
  return fd;
}

}  // namespace

std::pair<Fd, Fd> socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  return {Fd(ends[0]), Fd(ends[1])};
}

void set_socket_option(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

Fd begin_connect(const sockaddr* address, socklen_t length) {
  Fd fd(socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd.open()) return fd;
  set_socket_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (connect(fd.get(), address, length) != 0 && errno != EINPROGRESS) return {};
  return fd;
}

Fd begin_connect_to_local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return begin_connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Fd connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Fd();
  std::copy(path.begin(), path.end(), address.sun_path);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.open() && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Fd();
  return fd;
}

int poll_timeout(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Ticks::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 3'600'000));
}

bool Waiter::wait(int fd, short events, Deadline deadline) const {
  while (true) {
    interruption_.check();
    std::array<pollfd, 3> fds{
        {{fd, events, 0}, {interruption_.fd(), POLLIN, 0}, {stop_ == nullptr ? -1 : stop_->fd(), POLLIN, 0}}};
    const int count = poll(fds.data(), fds.size(), poll_timeout(deadline));
    if (count < 0 && errno != EINTR) fail("poll");
    if (count <= 0) {
      if (deadline && Ticks::now() >= *deadline) return false;
      continue;
    }
    if (fds[2].revents != 0) throw Stopped{};
    if (fds[0].revents != 0) return true;
  }
}

bool write_all(int fd, std::string_view text, const Waiter& waiter) {
  while (!text.empty()) {
    waiter.wait(fd, POLLOUT, std::nullopt);
    const ssize_t count = write(fd, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
    if (count >= 0) {
      text.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

void Waiter::sleep(std::chrono::milliseconds duration) const { wait(-1, 0, Ticks::now() + duration); }

Slots::Slots(unsigned count) : semaphore_(make_semaphore(count)) {}

void Slots::acquire(const Waiter& waiter) {
  uint64_t one = 0;
  do {
    waiter.wait(semaphore_.get(), POLLIN, std::nullopt);
  } while (read(semaphore_.get(), &one, sizeof one) < 0);  // another thread was faster
}

void Slots::release() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(semaphore_.get(), &one, sizeof one);
}

namespace {

constexpr auto exit_timeout = std::chrono::seconds(1);
constexpr auto guard_timeout = std::chrono::seconds(10);  // longer than the guard needs
constexpr timespec exit_poll_interval{.tv_sec = 0, .tv_nsec = 5'000'000};
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
        nanosleep(&exit_poll_interval, nullptr);
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
  restore_file_limit();
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
    nanosleep(&exit_poll_interval, nullptr);
  }
}

}  // namespace kamal::sshkit
