#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "kamal/support/interruption.h"

// No test waits forever: one whose wait never ends fails within seconds, by its name, and leaves the others
// running.
namespace kamal::test {

#ifdef KAMAL_SANITIZED
constexpr std::chrono::seconds patience{60};
#else
constexpr std::chrono::seconds patience{20};
#endif

// Interrupts a run that has lasted too long, which fails its test; ends the process where even that does not
// end the wait.
class Deadline {
 public:
  explicit Deadline(Interruption& interruption, std::chrono::seconds limit = patience)
      : thread_([this, &interruption, limit](const std::stop_token& over) {
          if (wait(over, limit)) return;
          ADD_FAILURE() << "still running after " << limit.count() << " s";
          interruption.request(SIGALRM);
          if (wait(over, limit)) return;
          std::fprintf(stderr, "%s does not even end when interrupted\n", name().c_str());
          std::abort();
        }) {}

 private:
  // Was it over in time?
  bool wait(const std::stop_token& over, std::chrono::seconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, over, limit, [&] { return over.stop_requested(); });
  }
  static std::string name() {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    return info ? std::string(info->test_suite_name()) + "." + info->name() : "a test";
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

// Where threads meet. Unlike a latch it tells them when the others do not come.
class Meeting {
 public:
  explicit Meeting(int expected) : missing_(expected) {}

  // True when all have come.
  bool arrive_and_wait() {
    std::unique_lock lock(mutex_);
    --missing_;
    changed_.notify_all();
    return changed_.wait_for(lock, patience, [this] { return missing_ <= 0; });
  }
  bool complete() {
    const std::lock_guard lock(mutex_);
    return missing_ <= 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int missing_;
};

// Looks until it is so. False when it never was.
template <class Predicate>
bool eventually(Predicate predicate, std::chrono::seconds limit = patience) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!predicate()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace kamal::test
