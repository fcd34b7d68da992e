#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kamal::cli {

// A row of `kamal-proxy list`.
struct ProxyService {
  std::string name{};    // shop-web
  std::string target{};  // the short ID of the container that gets its requests
  std::string state{};   // running, paused, stopped (maintenance)
};

// The services in what commands::Proxy::list() prints.
std::vector<ProxyService> parse_proxy_services(std::string_view listing);
// Null if kamal-proxy does not know the service.
const ProxyService* find_service(const std::vector<ProxyService>& services, std::string_view name);

}  // namespace kamal::cli
