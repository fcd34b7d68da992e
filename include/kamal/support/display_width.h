#pragma once

#include <cstddef>
#include <string_view>

namespace kamal {

// Terminal columns of a text, independent of the locale: 2 for wide East Asian characters and emoji, 0 for
// combining ones.
size_t display_width(std::string_view text);
// The beginning of the text that fits into so many columns.
std::string_view cut_to_width(std::string_view text, size_t columns);

}  // namespace kamal
