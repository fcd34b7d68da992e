#include "kamal/support/interruption.h"

#include <poll.h>

#include <cerrno>

namespace kamal {

void Interruption::request(int signal) noexcept {
  const int errno_before = errno;
  int none = 0;
  if (signal_.compare_exchange_strong(none, signal)) arrived_.signal();
  errno = errno_before;
}

bool Interruption::wait(std::chrono::milliseconds duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!requested()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    pollfd readable{fd(), POLLIN, 0};
    poll(&readable, 1, static_cast<int>(left.count()));
  }
  return false;
}

CleanUp::CleanUp(const Interruption& interruption) : interruption_(interruption) {
  interruption_.cleaning_up_ = true;
  interruption_.arrived_.clear();
}

CleanUp::~CleanUp() {
  interruption_.cleaning_up_ = false;
  if (interruption_.signal() != 0) interruption_.arrived_.signal();
}

}  // namespace kamal
