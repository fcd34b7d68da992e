#pragma once

#include <string>
#include <string_view>

namespace kamal {

// One shell word as Ruby's Shellwords writes it: a backslash before every odd character, no quotes.
std::string shellwords_escape(std::string_view text);

}  // namespace kamal
