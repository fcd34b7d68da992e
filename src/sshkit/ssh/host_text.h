#pragma once

#include <optional>
#include <string>

namespace kamal::sshkit {

// [user@]host[:port] as written in deploy.yml, -J and ProxyJump.
struct HostText {
  std::optional<std::string> user;
  std::string host;
  std::optional<int> port;

  static HostText parse(const std::string& text);  // throws ConnectionError
};

}  // namespace kamal::sshkit
