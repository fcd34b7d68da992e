#pragma once

#include <string_view>

namespace kamal {

// Is v1.2.3 older than v1.10? A leading `v` counts for nothing; letters make a pre-release (1.0.rc1 < 1.0).
// False for a text that is no version (latest).
bool older_version(std::string_view version, std::string_view than);

}  // namespace kamal
