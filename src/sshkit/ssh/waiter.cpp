#include "sshkit/ssh/waiter.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
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
