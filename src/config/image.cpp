#include "kamal/config/image.h"

#include <algorithm>

#include "config/access.h"
#include "config/sections.h"
#include "kamal/erb/template.h"
#include "kamal/support/strings.h"

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

namespace {

std::vector<std::string> arches_from(const Value* section, bool docker_driver) {
  const Value* arch = find_in(section, "arch");
  if (!arch) return docker_driver ? std::vector<std::string>{} : std::vector<std::string>{"amd64", "arm64"};
  if (arch->is_list()) return texts_of(arch);
  const auto text = text_of(arch);
  return text ? std::vector{*text} : std::vector<std::string>{};
}

std::optional<BuildCache> cache_from(const Value* section) {
  if (!section || !section->is_map()) return std::nullopt;
  return BuildCache{setting_at(section, "type").value_or(""), setting_at(section, "image"),
                    text_at(section, "options")};
}

std::optional<Buildpacks> pack_from(const Value* section) {
  if (!section || !section->is_map()) return std::nullopt;
  return Buildpacks{text_at(section, "builder").value_or(""), texts_of(find_in(section, "buildpacks"))};
}

// As in Kamal, an empty list or map is no value.
std::string text_of_arg(const Value& value) {
  const bool empty = (value.is_list() && value.list().empty()) || (value.is_map() && value.map().empty());
  return empty ? "" : ruby_text(value);
}

std::vector<std::pair<std::string, std::string>> args_from(const Value* section) {
  std::vector<std::pair<std::string, std::string>> args;
  for (const auto& [name, value] : map_of(section)) args.emplace_back(plain_name(name), text_of_arg(value));
  return args;
}

}  // namespace

Builder builder_from(const Value* section) {
  Builder builder;
  builder.driver = text_at(section, "driver").value_or(builder.driver);
  builder.arches = arches_from(section, builder.docker_driver());
  builder.remote = setting_at(section, "remote");
  builder.local_enabled = boolean_at(section, "local").value_or(true);
  builder.cache = cache_from(find_in(section, "cache"));
  builder.pack = pack_from(find_in(section, "pack"));
  builder.args = args_from(find_in(section, "args"));
  builder.secrets = texts_of(find_in(section, "secrets"));
  builder.dockerfile = setting_at(section, "dockerfile").value_or(builder.dockerfile);
  builder.target = setting_at(section, "target");
  builder.context = text_at(section, "context");
  if (builder.context && find_in(section, "context")->is_false()) builder.context = ".";
  builder.ssh = setting_at(section, "ssh");
  builder.provenance = text_at(section, "provenance");
  builder.sbom = text_at(section, "sbom");
  return builder;
}

std::vector<std::string> Builder::local_arches(const std::string& machine) const {
  if (!local_enabled) return {};
  if (!remote) return arches;
  return contains(arches, machine) ? std::vector{machine} : std::vector<std::string>{};
}

std::vector<std::string> Builder::remote_arches(const std::string& machine) const {
  if (!remote) return {};
  const auto local = local_arches(machine);
  std::vector<std::string> others;
  for (const std::string& arch : arches) {
    if (!contains(local, arch)) others.push_back(arch);
  }
  return others;
}

bool Builder::builds_locally(const std::string& machine) const {
  return local_enabled && (arches.empty() || !local_arches(machine).empty());
}

}  // namespace kamal::config
