#include "kamal/config/registry.h"

#include "config/access.h"
#include "config/parts.h"

namespace kamal::config {
namespace {

constexpr std::string_view local_prefix = "localhost:";

std::optional<Credential> credential_from(const Value* value) {
  if (!value) return std::nullopt;
  if (value->is_list()) {
    const auto names = texts_of(value);
    return names.empty() ? std::nullopt : std::optional(Credential{names.front(), true});
  }
  const auto text = text_of(value);
  return text ? std::optional(Credential{*text, false}) : std::nullopt;
}

}  // namespace

Registry registry_from(const Value* section) {
  Registry registry;
  registry.server = text_at(section, "server");
  registry.username = credential_from(find_in(section, "username"));
  registry.password = credential_from(find_in(section, "password"));
  return registry;
}

bool Registry::local() const { return server && server->starts_with(local_prefix); }

std::string Registry::local_port() const {
  if (!local()) return "";
  const std::string port = server->substr(local_prefix.size());
  const size_t digits = std::min(port.find_first_not_of("0123456789"), port.size());
  return digits == 0 ? "80" : port.substr(0, digits);
}

}  // namespace kamal::config
