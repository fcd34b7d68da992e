#include "kamal/support/interruption.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kamal {

Interruption::Interruption() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  read_end_ = ends[0];
  write_end_ = ends[1];
}

Interruption::~Interruption() {
  close(read_end_);
  close(write_end_);
}

void Interruption::request(int signal) noexcept {
  const int errno_before = errno;
  int none = 0;
  if (signal_.compare_exchange_strong(none, signal)) {
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = write(write_end_, &byte, 1);
  }
  errno = errno_before;
}

bool Interruption::wait(std::chrono::milliseconds duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!requested()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    pollfd readable{read_end_, POLLIN, 0};
    poll(&readable, 1, static_cast<int>(left.count()));
  }
  return false;
}

CleanUp::CleanUp(const Interruption& interruption) : interruption_(interruption) {
  interruption_.cleaning_up_ = true;
  char byte = 0;
  while (read(interruption_.read_end_, &byte, 1) == 1) {
  }
}

CleanUp::~CleanUp() {
  interruption_.cleaning_up_ = false;
  const char byte = 0;
  if (interruption_.signal() != 0) {
    [[maybe_unused]] const ssize_t written = write(interruption_.write_end_, &byte, 1);
  }
}

}  // namespace kamal
