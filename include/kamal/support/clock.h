#pragma once

#include <chrono>
#include <string>

namespace kamal {

// Time as an effect: what runs on a schedule takes one, so that tests need not wait.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() = 0;
  virtual std::chrono::steady_clock::time_point ticks() = 0;
  // Returns early, and false, when the run was interrupted.
  virtual bool sleep(std::chrono::milliseconds duration) = 0;
};

std::string iso8601_utc(std::chrono::system_clock::time_point time);  // 2026-01-02T03:04:05Z

}  // namespace kamal
