#include "cli/run_log/endpoint.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/http.h>

#include <algorithm>
#include <initializer_list>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

const char* default_port(Endpoint::Scheme scheme) { return scheme == Endpoint::Scheme::https ? "443" : "80"; }

std::string taken(char* text) {
  std::string copy = text ? text : "";
  OPENSSL_free(text);
  return copy;
}

bool printable(char c) { return c > ' ' && c != '\x7f'; }

std::string value_of_first(const EnvironmentMap& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto value = get(environment, name); value && !value->empty()) return *value;
  }
  return "";
}

bool on_this_machine(const std::string& host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

// An entry is a name, which stands for what ends in it as well, perhaps with a port; or * for all.
bool exempted(const Endpoint& endpoint, const std::string& entry) {
  std::string name = lower(entry);
  if (name.empty()) return false;
  if (const std::string port = ":" + endpoint.port; name.ends_with(port))
    name.resize(name.size() - port.size());
  if (name.starts_with('*')) name.erase(0, 1);
  if (name.starts_with('.')) name.erase(0, 1);
  const std::string host = lower(endpoint.host);
  return name.empty() || host == name || host.ends_with("." + name);
}

}  // namespace

std::string Endpoint::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == default_port(scheme) ? name : name + ":" + port;
}

std::string Endpoint::shown() const {
  return fmt::format("{}://{}{}", scheme == Scheme::https ? "https" : "http", authority(),
                     path == "/" ? "" : path);
}

Endpoint parse_endpoint(const std::string& address, std::string_view what) {
  int tls = 0;
  int number = 0;
  char *user = nullptr, *host = nullptr, *port = nullptr, *path = nullptr, *query = nullptr;
  const bool understood =
      std::all_of(address.begin(), address.end(), printable) &&
      OSSL_HTTP_parse_url(address.c_str(), &tls, &user, &host, &port, &number, &path, &query, nullptr) == 1;
  Endpoint endpoint{tls ? Endpoint::Scheme::https : Endpoint::Scheme::http, taken(user), taken(host),
                    taken(port), taken(path)};
  const bool has_query = !taken(query).empty();
  ERR_clear_error();
  if (!understood || has_query || endpoint.host.empty()) {
    throw EndpointError(
        fmt::format("the {} is no address of HTTP (it should be like http://otel.example.com:4318)", what));
  }
  if (endpoint.host.starts_with('[')) endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  return endpoint;
}

std::optional<Endpoint> proxy_for(const Endpoint& endpoint, const EnvironmentMap& environment) {
  const bool tls = endpoint.scheme == Endpoint::Scheme::https;
  std::string proxy = tls ? value_of_first(environment, {"https_proxy", "HTTPS_PROXY"}) : "";
  if (proxy.empty()) proxy = value_of_first(environment, {"http_proxy", "HTTP_PROXY"});
  if (proxy.empty() || on_this_machine(endpoint.host)) return std::nullopt;
  for (const std::string& entry : split(value_of_first(environment, {"no_proxy", "NO_PROXY"}), ',')) {
    if (exempted(endpoint, strip(entry))) return std::nullopt;
  }
  return parse_endpoint(proxy, "proxy of the environment");
}

}  // namespace kamal::cli
