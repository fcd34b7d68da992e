#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal {

// One shell word that stands for exactly `text`, quoted only where a POSIX shell needs it.
std::string shell_quote(std::string_view text);

// One shell word in which $NAME and ${...} are left for the shell to expand; everything else is literal.
// Only ${...} and a leading $PWD are expansions: a lone `$` stays a dollar sign, as in Kamal.
std::string shell_quote_expanding(std::string_view text);

// The words of a shell line (quotes and backslashes resolved, nothing expanded); nothing for unbalanced
// quotes.
std::optional<std::vector<std::string>> shell_split(std::string_view text);

// One shell word as Ruby's Shellwords writes it: a backslash before every special character, no quotes.
std::string shellwords_escape(std::string_view text);

}  // namespace kamal
