#include "kamal/support/interruption.h"

#include <poll.h>

#include <cerrno>

namespace kamal {

void Interruption::request(int signal) noexcept {
  const int errno_before = errno;
  int none = 0;
  if (signal_.compare_exchange_strong(none, signal)) {
    arrived_.signal();
    if (!cleaning_up_.load()) requested_.signal();
  }
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

CleanUp::CleanUp(const Interruption& interruption, Limit limit) : interruption_(interruption) {
  // Work with a time limit may also be interrupted by a first signal.
  interruption_.cleaning_up_ = !limit || interruption_.signal() != 0;
  interruption_.requested_.clear();
  if (limit) timer_ = start_quiet_thread([this, limit] { end_after(*limit); });
}

CleanUp::~CleanUp() {
  if (timer_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_one();
    timer_.join();
  }
  interruption_.out_of_time_ = false;
  interruption_.cleaning_up_ = false;
  interruption_.requested_.clear();
  if (interruption_.signal() != 0) interruption_.requested_.signal();
}

void CleanUp::end_after(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, limit, [&] { return over_; })) return;
  interruption_.out_of_time_ = true;
  interruption_.requested_.signal();
}

}  // namespace kamal
