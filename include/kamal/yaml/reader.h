#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/yaml/value.h"

namespace kamal::yaml {

struct Document {
  Value value;                    // null when there is nothing in it
  std::vector<Problem> warnings;  // keys given twice, keys read oddly
};

// Bounds that no configuration written by people comes near; beyond them reading stops with an error.
struct Limits {
  size_t values = 100'000;         // after aliases are expanded
  size_t text = 16 * 1024 * 1024;  // bytes of scalars, after aliases are expanded
  size_t depth = 100;
};

// The first YAML document of `text`, with the file and line of every value. Throws ConfigurationError.
Document read(std::string_view text, const std::string& file, const Limits& limits = {});

}  // namespace kamal::yaml
