#include "cli/app/barrier.h"

namespace kamal::cli {

bool Barrier::set(bool open) {
  const std::lock_guard lock(mutex_);
  if (open_) return false;
  open_ = open;
  changed_.notify_all();
  return true;
}

bool Barrier::wait() {
  std::unique_lock lock(mutex_);
  // A signal handler can't notify: look for it now and then.
  while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return open_.has_value(); })) {
    interruption_.check();
  }
  return *open_;
}

}  // namespace kamal::cli
