#include "sshkit/ssh/host_text.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "kamal/sshkit/error.h"

namespace kamal::sshkit {
namespace {

int parse_port(std::string_view text, const std::string& whole) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
    throw ConnectionError("\"" + whole +
                          "\" is not [user@]host[:port]: the port is no number from 1 to 65535");
  }
  return port;
}

}  // namespace

HostText HostText::parse(const std::string& text) {
  HostText parsed;
  std::string_view rest = text;
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    parsed.user = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (rest.starts_with('[')) {
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) throw ConnectionError("\"" + text + "\" has a [ without a ]");
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
  if (parsed.host.empty()) throw ConnectionError("\"" + text + "\" names no host");
  return parsed;
}

}  // namespace kamal::sshkit
