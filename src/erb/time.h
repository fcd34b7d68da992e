#pragma once

#include <string>

#include "erb/value.h"

namespace kamal::erb {

std::string time_text(const Time& time);  // as to_s shows it

}  // namespace kamal::erb
