#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "kamal/support/interruption.h"

namespace kamal {

// Time as an effect, so that tests need not wait.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() = 0;
  virtual std::chrono::steady_clock::time_point ticks() = 0;
  // Returns early, and false, when the run was interrupted.
  virtual bool sleep(std::chrono::milliseconds duration) = 0;
};

std::string iso8601_utc(std::chrono::system_clock::time_point time);  // 2026-01-02T03:04:05Z

class Random {
 public:
  virtual ~Random() = default;
  virtual std::string hex(size_t bytes) = 0;  // 2 * bytes hexadecimal digits
};

// The real effects, made by main() and handed down.

class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interruption& interruption) : interruption_(interruption) {}
  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point ticks() override;
  bool sleep(std::chrono::milliseconds duration) override;

 private:
  const Interruption& interruption_;
};

class SystemRandom : public Random {
 public:
  std::string hex(size_t bytes) override;
};

}  // namespace kamal
