#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/accessory.h"
#include "kamal/config/configuration.h"
#include "kamal/config/image.h"
#include "kamal/config/loader.h"
#include "kamal/support/names.h"
#include "kamal/yaml/value.h"

// Each part of the model from its raw section, which may be absent (null). Never fails: invalid values are
// skipped.
namespace kamal::config {

Env env_from(const Value* section);
Labels labels_from(const Value* section);
DockerOptions docker_options_from(const Value* section);  // with `restart`
// `options:` of a role or accessory, with the restart policy split off.
struct ContainerOptions {
  DockerOptions options;
  std::string restart_policy = "unless-stopped";
};
ContainerOptions container_options_from(const Value* section);
Logging logging_from(const Value* section);
Proxy proxy_from(const Value& section);
Registry registry_from(const Value* section);
Builder builder_from(const Value* section);
SshOptions ssh_from(const Value* section);
SshkitOptions sshkit_from(const Value* section);
Boot boot_from(const Value* section, size_t host_count);
OutputOptions output_from(const Value* section);
Extensions extensions_from(const Value* section);
std::optional<AssetPath> asset_path_from(const Value* value);
std::vector<TaggedHost> tagged_hosts_from(const Value* list);

// Labels by name; later ones replace earlier ones.
Labels merge_labels(Labels base, const Labels& over);

// The section of `servers` that belongs to a role; null if the role is just a list of hosts.
const Value* role_section(const Value& raw, const std::string& role);
// Hosts of a role as written.
const Value* role_hosts(const Value& raw, const std::string& role);
std::vector<std::string> role_names(const Value& raw);  // sorted
// `proxy` of a role merged over the root's; nothing if the role does not run behind the proxy.
std::optional<Value> role_proxy(const Value& raw, const std::string& role, const std::string& primary_role);
Role role_from(const Value& raw, const std::string& role, const Configuration& configuration);
Accessory accessory_from(const std::string& name, const Value& section, const Value& raw,
                         const Configuration& configuration);

enum class PathKind { file, directory };
// LOCAL:REMOTE[:OPTIONS], or a map of the same and more.
std::optional<MountedPath> mounted_path_from(const Value& entry, PathKind kind);
// Of entries with the same identity, the last one counts, at the first one's position. Templates have none:
// each counts.
std::optional<std::string> path_identity(const std::string& local, PathKind kind);

std::string join_path(std::string_view directory, std::string_view path);

// A server that an accessory's `tag` or `tags` match, or might be expected to match.
struct TagMatch {
  enum class Kind {
    whole,
    part,   // the server's only tag contains the text
    hidden  // the role is a map with `hosts:`, where Kamal does not look
  };
  Host host;
  std::string role;
  Kind kind;
};

// In file order. In a plain list of servers, where Kamal finds nothing, whole tags are compared.
std::vector<TagMatch> hosts_with_tag(const Value& raw, const std::string& tag);

// The model of a raw configuration, checked or not.
Configuration assemble(const Value& raw, const std::optional<Destination>& destination);

// Merges a destination's file over deploy.yml, like deep_merge(), but where one of them names a single host,
// role or tag and the other a list of them, the destination's key replaces the other one.
Value merge_destination(Value base, const Value& over);

// Removes `host` and `hosts` of a proxy that `over` replaces, whichever of the two it uses.
void drop_replaced_hosts(Value& base, const Value& over);

}  // namespace kamal::config
