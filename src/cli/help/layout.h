#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kamal::cli {

// Text for terminals, in lines of at most `width` characters; a longer word stays whole.

// One paragraph, indented by `indent` spaces.
std::string wrapped(std::string_view text, size_t indent, size_t width);

// Two columns: names, and texts wrapped in their column.
using Rows = std::vector<std::pair<std::string, std::string>>;
std::string columns(const Rows& rows, size_t width);

}  // namespace kamal::cli
