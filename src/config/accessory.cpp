#include "kamal/config/accessory.h"

#include <algorithm>
#include <filesystem>

#include "config/access.h"
#include "config/sections.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

// Kamal matches any part of a single tag, but only whole tags in a list.
std::optional<TagMatch::Kind> match(const Value& tags, const std::string& tag) {
  if (tags.is_list()) {
    return contains(texts_of(&tags), tag) ? std::optional(TagMatch::Kind::whole) : std::nullopt;
  }
  const auto text = text_of(&tags);
  if (!text || text->find(tag) == std::string::npos) return std::nullopt;
  return *text == tag ? TagMatch::Kind::whole : TagMatch::Kind::part;
}

std::vector<TagMatch> matches_in(const Value* list, const std::string& role, const std::string& tag) {
  std::vector<TagMatch> matches;
  for (const Value& item : list_of(list)) {
    if (!item.is_map() || item.map().empty()) continue;
    const auto& [host, tags] = item.map().front();
    if (const auto kind = match(tags, tag)) matches.push_back({Host(host), role, *kind});
  }
  return matches;
}

void drop_parts(std::vector<TagMatch>& matches) {
  std::erase_if(matches, [](const TagMatch& match) { return match.kind == TagMatch::Kind::part; });
}

}  // namespace

std::vector<TagMatch> hosts_with_tag(const Value& raw, const std::string& tag) {
  const Value* servers = raw.find("servers");
  std::vector<TagMatch> all;
  if (servers && servers->is_list()) {
    all = matches_in(servers, "web", tag);
    drop_parts(all);
  }
  for (const auto& [name, role] : map_of(servers)) {
    auto matches = matches_in(role.is_list() ? &role : role.find("hosts"), name, tag);
    if (!role.is_list()) {
      drop_parts(matches);
      for (TagMatch& match : matches) match.kind = TagMatch::Kind::hidden;
    }
    all.insert(all.end(), matches.begin(), matches.end());
  }
  return all;
}

namespace {

// One name under `one`, or a list of them under `many`.
std::vector<std::string> names_of(const Value& section, std::string_view one, std::string_view many) {
  if (const auto name = text_at(&section, one)) return {*name};
  return texts_of(section.find(many));
}

void add_hosts_with_tag(HostSet& hosts, const Value& raw, const std::string& tag) {
  for (const TagMatch& match : hosts_with_tag(raw, tag)) {
    if (match.kind != TagMatch::Kind::hidden) hosts.add({match.host});
  }
}

std::vector<Host> hosts_of(const Value& section, const Value& raw, const Configuration& configuration) {
  HostSet hosts;
  for (const std::string& name : names_of(section, "host", "hosts")) hosts.add({Host(name)});
  for (const std::string& name : names_of(section, "role", "roles")) {
    if (const Role* role = configuration.role(RoleName(name))) hosts.add(role->host_names());
  }
  for (const std::string& tag : names_of(section, "tag", "tags")) add_hosts_with_tag(hosts, raw, tag);
  return hosts.take();
}

std::string image_of(const Value& section, const std::optional<Registry>& registry) {
  if (!present_at(&section, "image")) return "";
  const std::string image = text_at(&section, "image").value_or("");
  return registry && registry->server ? *registry->server + "/" + image : image;
}

std::optional<std::string> port_of(const Value& section) {
  const auto port = text_at(&section, "port");
  if (!port || port->find(':') != std::string::npos) return port;
  return *port + ":" + *port;
}

std::vector<MountedPath> paths_from(const Value* list, PathKind kind) {
  std::vector<MountedPath> paths;
  std::vector<std::optional<std::string>> identities;
  for (const Value& entry : list_of(list)) {
    auto path = mounted_path_from(entry, kind);
    if (!path) continue;
    const auto identity = path_identity(path->local, kind);
    const auto same = std::find(identities.begin(), identities.end(), identity);
    if (identity && same != identities.end()) {
      paths[static_cast<size_t>(same - identities.begin())] = *std::move(path);
    } else {
      paths.push_back(*std::move(path));
      identities.push_back(identity);
    }
  }
  return paths;
}

}  // namespace

std::optional<MountedPath> mounted_path_from(const Value& entry, PathKind kind) {
  MountedPath path;
  if (entry.is_map()) {
    path.local = text_at(&entry, "local").value_or("");
    path.container_path = text_at(&entry, "remote").value_or("");
    path.mode = setting_at(&entry, "mode");
    path.owner = setting_at(&entry, "owner");
    path.options = setting_at(&entry, "options");
  } else {
    const std::string text = entry.text();
    const size_t remote = text.find(':');
    if (remote == std::string::npos) return std::nullopt;
    const size_t options = text.find(':', remote + 1);
    path.local = text.substr(0, remote);
    path.container_path =
        text.substr(remote + 1, options == std::string::npos ? options : options - remote - 1);
    if (options != std::string::npos) path.options = text.substr(options + 1);
  }
  if (path.local.empty() || path.container_path.empty()) return std::nullopt;
  if (!path.mode && kind == PathKind::file) path.mode = "755";
  return path;
}

std::optional<std::string> path_identity(const std::string& local, PathKind kind) {
  if (kind == PathKind::directory) return local;
  if (local.ends_with("erb")) return std::nullopt;
  std::string path = std::filesystem::path(local).lexically_normal();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string join_path(std::string_view directory, std::string_view path) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(directory) + "/" + std::string(path);
}

Accessory accessory_from(const std::string& name, const Value& section, const Value& raw,
                         const Configuration& configuration) {
  Accessory accessory;
  accessory.name = name;
  accessory.service_name = setting_at(&section, "service").value_or(configuration.service + "-" + name);
  if (present_at(&section, "registry")) accessory.registry = registry_from(section.find("registry"));
  accessory.image = image_of(section, accessory.registry);
  accessory.hosts = hosts_of(section, raw, configuration);
  accessory.port = port_of(section);
  accessory.cmd = text_at(&section, "cmd");
  accessory.network = setting_at(&section, "network").value_or(accessory.network);
  ContainerOptions options = container_options_from(section.find("options"));
  accessory.options = std::move(options.options);
  accessory.restart_policy = std::move(options.restart_policy);
  accessory.labels = merge_labels({{"service", accessory.service_name}}, labels_from(section.find("labels")));
  accessory.env = env_from(section.find("env"));
  accessory.volumes = texts_of(section.find("volumes"));
  accessory.files = paths_from(section.find("files"), PathKind::file);
  accessory.directories = paths_from(section.find("directories"), PathKind::directory);
  const Value* proxy = section.find("proxy");
  if (proxy && proxy->is_map() && !proxy->is_blank()) accessory.proxy = proxy_from(*proxy);
  return accessory;
}

std::string Accessory::file_host_path(const MountedPath& file) const {
  return service_name + file.container_path;
}

std::string Accessory::directory_host_path(const MountedPath& directory) const {
  if (directory.local.starts_with('/')) return directory.local;
  return "${PWD}/" + join_path(service_name, directory.local);
}

std::vector<Volume> Accessory::path_volumes() const {
  std::vector<Volume> mounts;
  for (const MountedPath& file : files) {
    mounts.push_back({file_host_path(file), file.container_path, file.options});
  }
  for (const MountedPath& directory : directories) {
    const bool absolute = directory.local.starts_with('/');
    mounts.push_back({absolute ? directory.local : join_path(service_name, directory.local),
                      directory.container_path, directory.options});
  }
  return mounts;
}

}  // namespace kamal::config
