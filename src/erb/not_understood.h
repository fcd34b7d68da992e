#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace kamal::erb {

// Code that is beyond the interpreter: an installed ruby may know what to do with it.
struct NotUnderstood : std::runtime_error {
  NotUnderstood(size_t position, const std::string& why) : std::runtime_error(why), position(position) {}
  size_t position;  // in Source::code
};

}  // namespace kamal::erb
