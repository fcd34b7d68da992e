#pragma once

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

}  // namespace kamal::erb
