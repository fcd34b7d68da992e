#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace kamal {

// Compares versions as RubyGems does, which `minimum_version` is made for: 2.12.0 = 2.12, 3.0.0.beta < 3.0.
// Nothing when one of them is no version.
std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right);

}  // namespace kamal
