#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kamal::cli {

// Text for terminals, in lines of at most `width` characters; a word that is longer than that stays whole.

// One paragraph, its lines behind `indent` blanks.
std::string wrapped(std::string_view text, size_t indent, size_t width);

// Two columns: names, and texts that go on below themselves.
using Rows = std::vector<std::pair<std::string, std::string>>;
std::string columns(const Rows& rows, size_t width);

}  // namespace kamal::cli
