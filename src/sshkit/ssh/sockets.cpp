#include "sshkit/ssh/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <system_error>

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

}  // namespace kamal::sshkit
