#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "kamal/support/environment.h"

namespace kamal::cli {

struct EndpointError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where HTTP goes.
struct Endpoint {
  enum class Scheme { http, https };
  Scheme scheme = Scheme::http;
  std::string user;  // NAME:PASSWORD before an @
  std::string host;  // a name or an address, without brackets
  std::string port;
  std::string path;  // "/" at least

  std::string authority() const;  // HOST[:PORT], as in a Host header
  std::string shown() const;      // the address without `user`
};

// Of an address without a query; `what` names it in errors. Throws EndpointError.
Endpoint parse_endpoint(const std::string& address, std::string_view what);
// The proxy that http_proxy, https_proxy and no_proxy of the environment name for it. Throws EndpointError.
std::optional<Endpoint> proxy_for(const Endpoint& endpoint, const EnvironmentMap& environment);

}  // namespace kamal::cli
