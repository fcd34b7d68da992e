#include "cli/output/endpoint.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/http.h>

#include <algorithm>
#include <initializer_list>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::string take(char* text) {
  std::string copy = text ? text : "";
  OPENSSL_free(text);
  return copy;
}

bool is_printable(char c) { return c > ' ' && c != '\x7f'; }

std::string first_set(const EnvironmentMap& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto value = get(environment, name); value && !value->empty()) return *value;
  }
  return "";
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

// An entry of no_proxy is a domain, which includes its subdomains, optionally with a port; or * for all.
bool is_exempt(const Endpoint& endpoint, const std::string& entry) {
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

std::string Endpoint::url_host() const {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string Endpoint::authority() const {
  return port == (scheme == Scheme::https ? "443" : "80") ? url_host() : url_host() + ":" + port;
}

std::string Endpoint::display_url() const {
  return fmt::format("{}://{}{}", scheme == Scheme::https ? "https" : "http", authority(),
                     path == "/" ? "" : path);
}

Endpoint parse_endpoint(const std::string& url, std::string_view what) {
  int tls = 0;
  int number = 0;
  char *user = nullptr, *host = nullptr, *port = nullptr, *path = nullptr, *query = nullptr;
  const bool valid =
      std::all_of(url.begin(), url.end(), is_printable) &&
      OSSL_HTTP_parse_url(url.c_str(), &tls, &user, &host, &port, &number, &path, &query, nullptr) == 1;
  Endpoint endpoint{tls ? Endpoint::Scheme::https : Endpoint::Scheme::http, take(user), take(host),
                    take(port), take(path)};
  const bool has_query = !take(query).empty();
  ERR_clear_error();
  if (!valid || has_query || endpoint.host.empty()) {
    throw EndpointError(fmt::format("the {} must be an HTTP URL (like http://otel.example.com:4318)", what));
  }
  if (endpoint.host.starts_with('[')) endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  return endpoint;
}

std::optional<Endpoint> proxy_for(const Endpoint& endpoint, const EnvironmentMap& environment) {
  const bool tls = endpoint.scheme == Endpoint::Scheme::https;
  std::string proxy = tls ? first_set(environment, {"https_proxy", "HTTPS_PROXY"}) : "";
  if (proxy.empty()) proxy = first_set(environment, {"http_proxy", "HTTP_PROXY"});
  if (proxy.empty() || is_loopback(endpoint.host)) return std::nullopt;
  for (const std::string& entry : split(first_set(environment, {"no_proxy", "NO_PROXY"}), ',')) {
    if (is_exempt(endpoint, strip(entry))) return std::nullopt;
  }
  return parse_endpoint(proxy, "proxy from the environment");
}

}  // namespace kamal::cli
