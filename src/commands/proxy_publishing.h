#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kamal::commands {

inline constexpr const char* default_proxy_image = "basecamp/kamal-proxy";

// --publish for both of kamal-proxy's ports, on all addresses or on some.
std::vector<std::string> publishing(const std::string& http_port, const std::string& https_port,
                                    const std::optional<std::vector<std::string>>& addresses);
// --log-opt max-size; nothing for a blank size.
std::vector<std::string> log_size(const std::string& size);
// Options of `docker run` where neither deploy.yml nor boot_config says otherwise.
std::string default_boot_options();

}  // namespace kamal::commands
