#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/yaml/value.h"

namespace kamal::yaml {

// Throws ConfigurationError with the line if `text` has control characters or invalid UTF-8.
void check_text(std::string_view text, const std::string& file);

struct Document {
  Value value;                    // null if the document is empty
  std::vector<Problem> warnings;  // keys given twice, keys read oddly
};

// Bounds far above any real configuration; beyond them reading stops with an error.
struct Limits {
  size_t values = 100'000;         // after aliases are expanded
  size_t text = 16 * 1024 * 1024;  // bytes of scalars, after aliases are expanded
  size_t depth = 100;
};

// The first YAML document of `text`, with the file and line of every value. Throws ConfigurationError.
Document read(std::string_view text, const std::string& file, const Limits& limits = {});

}  // namespace kamal::yaml
