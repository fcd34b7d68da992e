#pragma once

#include <string>

#include "kamal/yaml/value.h"

namespace kamal {

// A value as Ruby's to_s shows it: text for scalars, `["a", 1]` for a list, `{"a"=>1}` for a map.
std::string ruby_text(const Value& value);

}  // namespace kamal
