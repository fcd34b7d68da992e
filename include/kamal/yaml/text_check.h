#pragma once

#include <string>
#include <string_view>

namespace kamal::yaml {

// Throws ConfigurationError with the line where `text` is no text: control characters or broken UTF-8.
void check_text(std::string_view text, const std::string& file);

}  // namespace kamal::yaml
