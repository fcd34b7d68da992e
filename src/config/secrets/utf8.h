#pragma once

#include <string_view>

namespace kamal {

// Well-formed UTF-8 without NUL bytes: what an environment variable and JSON can hold.
bool is_utf8_text(std::string_view bytes);

}  // namespace kamal
