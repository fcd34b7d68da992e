#include "sshkit/ssh/target.h"

#include <algorithm>
#include <string_view>

#include "kamal/sshkit/error.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

int parse_port(std::string_view text, const std::string& whole) {
  const std::optional<int> port = parse_integer<int>(text);
  if (!port || *port < 1 || *port > 65535) {
    throw ConnectionError("\"" + whole + "\" must be [user@]host[:port] with a port from 1 to 65535");
  }
  return *port;
}

}  // namespace

HostSpec HostSpec::parse(const std::string& text) {
  HostSpec parsed;
  std::string_view rest = text;
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    parsed.user = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (rest.starts_with('[')) {
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) throw ConnectionError("\"" + text + "\" has an unclosed [");
    parsed.host = std::string(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    if (rest.starts_with(':')) parsed.port = parse_port(rest.substr(1), text);
  } else if (std::count(rest.begin(), rest.end(), ':') == 1) {
    const size_t colon = rest.find(':');
    parsed.host = std::string(rest.substr(0, colon));
    parsed.port = parse_port(rest.substr(colon + 1), text);
  } else {
    parsed.host = std::string(rest);
  }
  if (parsed.host.empty()) throw ConnectionError("\"" + text + "\" has no hostname");
  return parsed;
}

std::string Target::text() const {
  const bool v6 = address.find(':') != std::string::npos;
  return user + "@" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string Target::login_name() const {
  return name.find('@') == std::string::npos ? user + "@" + name : name;
}

std::string Target::connection_key() const {
  std::string identity = text() + "|" + proxy_command.value_or("");
  for (const HostSpec& jump : jumps) {
    identity += "|" + jump.user.value_or("") + "@" + jump.host + ":" + std::to_string(jump.port.value_or(0));
  }
  return identity;
}

}  // namespace kamal::sshkit
