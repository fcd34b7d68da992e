#pragma once

#include <string>

namespace kamal::config {

bool is_ipv4_address(const std::string& text);
// Without brackets; a zone (fe80::1%eth0) may follow.
bool is_ipv6_address(const std::string& text);

}  // namespace kamal::config
