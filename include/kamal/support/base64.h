#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kamal {

std::string base64(std::string_view bytes);
// Lines of 60 characters each ended by a line feed (Ruby's Base64.encode64).
std::string base64_lines(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // white space is skipped

}  // namespace kamal
