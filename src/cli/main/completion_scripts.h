#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kamal::cli {

// What a shell needs to complete kamal's command lines: it hands the words to `kamal completion --words` and
// offers the answer. Nothing for a shell that is not known.
std::optional<std::string_view> completion_script(std::string_view shell);

// The answer for "names of files, please".
inline constexpr std::string_view files_answer = ":files";

}  // namespace kamal::cli
