#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/accessory.h"
#include "kamal/config/builder.h"
#include "kamal/config/configuration.h"
#include "kamal/yaml/value.h"

// Each part of the model from its raw section, which may be absent (null). Never fails: what validation
// refuses is left out.
namespace kamal::config {

Env env_from(const Value* section);
Labels labels_from(const Value* section);
DockerOptions docker_options_from(const Value* section);  // with `restart`
// `options:` of a role or accessory: the restart policy apart.
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
std::optional<AssetPath> asset_path_from(const Value* value);
std::vector<TaggedHost> tagged_hosts_from(const Value* list);

// Labels by name, a later one in the place of an earlier.
Labels merge_labels(Labels base, const Labels& over);

// The section of `servers` that belongs to a role; null where the role is only a list of hosts.
const Value* role_section(const Value& raw, const std::string& role);
// Hosts of a role as written.
const Value* role_hosts(const Value& raw, const std::string& role);
std::vector<std::string> role_names(const Value& raw);  // sorted
// `proxy` of a role on top of the root's; nothing where the role does not run behind the proxy.
std::optional<Value> role_proxy(const Value& raw, const std::string& role, const std::string& primary_role);
Role role_from(const Value& raw, const std::string& role, const Configuration& configuration);
Accessory accessory_from(const std::string& name, const Value& section, const Value& raw,
                         const Configuration& configuration);

enum class PathKind { file, directory };
// LOCAL:REMOTE[:OPTIONS], or a map of the same and more.
std::optional<MountedPath> mounted_path_from(const Value& entry, PathKind kind);
// Of entries with the same one the last counts, in the place of the first. Templates have none: each counts.
std::optional<std::string> path_identity(const std::string& local, PathKind kind);

std::string join_path(std::string_view folder, std::string_view path);

}  // namespace kamal::config
