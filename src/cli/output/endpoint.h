#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "kamal/support/system.h"

namespace kamal::cli {

struct EndpointError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An HTTP URL without a query.
struct Endpoint {
  enum class Scheme { http, https };
  Scheme scheme = Scheme::http;
  std::string user;  // NAME:PASSWORD before an @
  std::string host;  // a name or an address, without brackets
  std::string port;
  std::string path;  // at least "/"

  std::string url_host() const;     // with the brackets of an IPv6 address
  std::string authority() const;    // HOST[:PORT], as in a Host header
  std::string display_url() const;  // without `user`
};

// `what` names the URL in errors. Throws EndpointError.
Endpoint parse_endpoint(const std::string& url, std::string_view what);
// The proxy for `endpoint`, from http_proxy, https_proxy and no_proxy. Throws EndpointError.
std::optional<Endpoint> proxy_for(const Endpoint& endpoint, const EnvironmentMap& environment);

}  // namespace kamal::cli
