#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace kamal::erb {

// Replaces a value while in scope.
template <class T>
class Temporarily {
 public:
  Temporarily(T& place, T value) : place_(place), before_(std::exchange(place, std::move(value))) {}
  ~Temporarily() { place_ = std::move(before_); }
  Temporarily(const Temporarily&) = delete;
  Temporarily& operator=(const Temporarily&) = delete;

 private:
  T& place_;
  T before_;
};

// Code beyond the interpreter, which an installed ruby may support.
struct NotUnderstood : std::runtime_error {
  NotUnderstood(size_t position, const std::string& why) : std::runtime_error(why), position(position) {}
  size_t position;  // in Source::code
};

// A template exceeds what any configuration needs. The template's own code can't rescue it.
struct LimitReached : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Limits of one template, far above any configuration, so that none hangs or exhausts memory.
class Limits {
 public:
  static constexpr size_t max_steps = 3'000'000;
  static constexpr size_t max_bytes = 64 * 1024 * 1024;
  static constexpr int max_depth = 400;           // of evaluation
  static constexpr int max_nesting = 600;         // of the code
  static constexpr size_t max_code = 512 * 1024;  // bytes of Ruby code
  static constexpr int max_checked_levels = 8;    // of nested templates, before they run

  void step(size_t count = 1) {
    steps_ += count;
    if (steps_ > max_steps) throw LimitReached("template exceeded its step limit (infinite loop?)");
  }
  // Counts everything ever allocated: nothing is freed before the template is rendered.
  void allocate(size_t bytes) {
    if (bytes > max_bytes || (bytes_ += bytes) > max_bytes) {
      throw LimitReached("template exceeded its limit of 64 MiB of data");
    }
  }

  // One level of recursion, while the result is in scope.
  Temporarily<int> deeper() {
    if (depth_ >= max_depth) throw LimitReached("template code calls itself too deeply");
    return {depth_, depth_ + 1};
  }

 private:
  size_t steps_ = 0;
  size_t bytes_ = 0;
  int depth_ = 0;
};

}  // namespace kamal::erb
