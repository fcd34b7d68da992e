#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kamal::sshkit {

// A whole text against one pattern of OpenSSH: `*` and `?` are wild, everything else stands for itself.
bool matches_pattern(std::string_view pattern, std::string_view text);

// Does one of the patterns match, and none of those with a `!` in front?
bool matches_patterns(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace kamal::sshkit
