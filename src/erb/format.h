#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "erb/call.h"

namespace kamal::erb {

// Ruby's format: %s, %p, %d and the like, with flags, width and precision, %<name>d and %{name}.
std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values);

}  // namespace kamal::erb
