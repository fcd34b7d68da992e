#pragma once

#include <string_view>

#include "kamal/yaml/value.h"

namespace kamal::yaml {

// An unquoted scalar as Kamal's YAML 1.1 reader (Psych) reads it: yes is true, 80,443 is 80443, 12:30
// is 45000, 0644 is 420, :quiet is quiet. Value::source_text() holds the text where the two differ.
Value read_plain_scalar(std::string_view text);

// Whether unquoted `text` would be read as anything but this text.
bool needs_quotes(std::string_view text);

}  // namespace kamal::yaml
