#pragma once

#include <string>

#include "config/schema/table.h"
#include "kamal/yaml/value.h"

namespace kamal::config::schema {

// "text", "a whole number", "a list of text or a map of settings".
std::string describe(const Shape& shape);
// What a value is, in the same words; never what is in it, which may be a secret.
std::string describe(const Value& value);

}  // namespace kamal::config::schema
