#pragma once

#include <string_view>

namespace kamal {

// The release of Kamal that this program replaces; minimum_version is compared with it.
inline constexpr const char* kamal_version = "2.12.0";
// Of this program; x-kamal/minimum_version is compared with it.
extern const char* const program_version;

// Is v1.2.3 older than v1.10? A leading `v` is ignored; letters make a pre-release (1.0.rc1 < 1.0).
// False for a text that is not a version (latest).
bool older_version(std::string_view version, std::string_view than);

}  // namespace kamal
