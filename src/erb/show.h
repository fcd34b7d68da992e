#pragma once

#include <string>
#include <string_view>

#include "erb/value.h"

namespace kamal::erb {

std::string to_s(const Value& value, Limits& limits);
std::string inspect(const Value& value, Limits& limits);
std::string float_text(double number);
std::string quoted_text(std::string_view text);  // "as \"Ruby\" shows it"

}  // namespace kamal::erb
