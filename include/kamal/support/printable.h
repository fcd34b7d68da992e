#pragma once

#include <string>
#include <string_view>

namespace kamal {

// What may pass printable(): the sequences that color text, or none.
enum class Colors { keep, remove };

// Text of another program for a person's terminal, line ends and tabs as they are: escape sequences are
// removed, other control characters are shown as ^X or \xNN. Of a line that was overwritten after a carriage
// return, what it showed last remains.
std::string printable(std::string_view text, Colors colors = Colors::remove);

}  // namespace kamal
