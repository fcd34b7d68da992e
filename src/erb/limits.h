#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace kamal::erb {

// Gives a place another value for as long as it lives.
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

// Code that is beyond the interpreter: an installed ruby may know what to do with it.
struct NotUnderstood : std::runtime_error {
  NotUnderstood(size_t position, const std::string& why) : std::runtime_error(why), position(position) {}
  size_t position;  // in Source::code
};

// A template asks for more than any configuration needs. Not to be rescued by the template's own code.
struct LimitReached : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What one template may use: bounds that no configuration comes near, so that no template hangs or fills
// memory.
class Limits {
 public:
  static constexpr size_t max_steps = 3'000'000;
  static constexpr size_t max_bytes = 64 * 1024 * 1024;
  static constexpr int max_depth = 400;           // of evaluation
  static constexpr int max_nesting = 600;         // of the code
  static constexpr size_t max_code = 512 * 1024;  // bytes of Ruby code
  static constexpr int max_checked_levels = 8;    // of templates in templates, before they run

  void step(size_t count = 1) {
    steps_ += count;
    if (steps_ > max_steps) throw LimitReached("template exceeded its step limit (infinite loop?)");
  }
  // Counts what was ever made: nothing is given back before the template is rendered.
  void allocate(size_t bytes) {
    if (bytes > max_bytes || (bytes_ += bytes) > max_bytes) {
      throw LimitReached("template exceeded its limit of 64 MiB of data");
    }
  }

  // One level of recursion, for as long as the answer lives.
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
