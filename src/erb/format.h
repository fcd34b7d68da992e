#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "erb/methods.h"

namespace kamal::erb {

// Ruby's format: %s %d %05.2f %-10s %x %<name>s %{name} ...
std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values);

}  // namespace kamal::erb
