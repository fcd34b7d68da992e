#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {

namespace {

// A string of the filter language (CEL).
std::string filter_string(std::string_view text) {
  return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

struct Folder {
  std::string id, name, parent;  // no parent at the top
};

// The folders on the paths of some secrets, found by `passbolt list folders` level by level.
class Folders {
 public:
  // `paths` are folder paths. Throws std::runtime_error with the missing ones.
  Folders(const VaultProgram& program, const std::vector<Words>& paths) {
    if (paths.empty()) return;
    add_top(program, paths);
    for (const Words& path : paths) add_below_top(program, path);
    Words missing;
    for (const Words& path : paths) {
      if (!find(path)) missing.push_back(join(path, "/"));
    }
    if (!missing.empty()) throw std::runtime_error("Passbolt has no folder " + join(missing, ", "));
  }

  const std::vector<Folder>& all() const { return folders_; }

  // Its id.
  std::optional<std::string> find(const Words& path) const {
    std::string id;
    for (const std::string& name : path) {
      const Folder* const folder = child(id, name);
      if (folder == nullptr) return std::nullopt;
      id = folder->id;
    }
    return id;
  }

 private:
  void list(const VaultProgram& program, const std::string& filter) {
    const auto answer =
        program.answer({"list", "folders", "--filter", filter, "--json"}, "Could not list Passbolt folders");
    for (const auto& folder : answer) {
      folders_.push_back({folder.at("id").get<std::string>(), folder.at("name").get<std::string>(),
                          text_of(member(folder, "folder_parent_id")).value_or("")});
    }
  }

  void add_top(const VaultProgram& program, const std::vector<Words>& paths) {
    Words conditions;
    for (const Words& path : paths) add_once(conditions, "Name == " + filter_string(path[0]));
    list(program, join(conditions, " || "));
  }

  void add_below_top(const VaultProgram& program, const Words& path) {
    for (size_t depth = 1; depth < path.size(); ++depth) {
      const auto parent = find(Words(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(depth)));
      if (!parent) return;
      if (child(*parent, path[depth]) != nullptr) continue;
      list(program,
           "Name == " + filter_string(path[depth]) + " && FolderParentID == " + filter_string(*parent));
    }
  }

  const Folder* child(const std::string& parent, const std::string& name) const {
    for (const Folder& folder : folders_) {
      if (folder.parent == parent && folder.name == name) return &folder;
    }
    return parent.empty() ? shared(name) : nullptr;
  }

  // One inside folders that were not queried counts as top-level.
  const Folder* shared(const std::string& name) const {
    for (const Folder& folder : folders_) {
      const auto is_parent = [&](const Folder& other) { return other.id == folder.parent; };
      if (folder.name == name && std::none_of(folders_.begin(), folders_.end(), is_parent)) return &folder;
    }
    return nullptr;
  }

  std::vector<Folder> folders_;
};

// [FOLDER/...]NAME
struct Resource {
  Words folder;
  std::string name;
};

std::vector<Resource> resources_of(const Words& paths) {
  std::vector<Resource> resources;
  for (const std::string& path : paths) {
    Words parts = path_parts(path);
    if (parts.empty()) throw std::runtime_error("Passbolt: missing secret name");
    std::string name = parts.back();
    parts.pop_back();
    resources.push_back({std::move(parts), std::move(name)});
  }
  return resources;
}

std::vector<Words> folders_of(const std::vector<Resource>& resources) {
  std::vector<Words> folders;
  for (const Resource& resource : resources) {
    if (!resource.folder.empty()) add_once(folders, resource.folder);
  }
  return folders;
}

class Passbolt : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  void log_in(const SecretRequest&) override { program().output({"verify"}, "Could not log in to Passbolt"); }

  SecretValues ask(const SecretRequest& request) override {
    const Words paths = names_under(request);
    if (paths.empty()) throw std::runtime_error("Passbolt: no secrets given");
    const std::vector<Resource> resources = resources_of(paths);
    const Folders folders(program(), folders_of(resources));
    const auto items = program().answer(list_words(resources, folders),
                                        "Could not read " + join(paths, ", ") + " from Passbolt");
    SecretValues values;
    for (const auto& item : items) {
      set_value(values, item.at("name").get<std::string>(), text_of(member(item, "password")));
    }
    Words names;
    for (const Resource& resource : resources) names.push_back(resource.name);
    check_all_found(names, values, "Passbolt");
    return values;
  }

  static Words list_words(const std::vector<Resource>& resources, const Folders& folders) {
    Words conditions;
    for (const Resource& resource : resources) {
      const std::string name = "Name == " + filter_string(resource.name);
      const auto folder = folders.find(resource.folder).value_or("");
      conditions.push_back(
          folder.empty() ? name : "(" + name + " && FolderParentID == " + filter_string(folder) + ")");
    }
    Words words{"list", "resources", "--filter", join(conditions, " || ")};
    for (const Folder& folder : folders.all()) words.insert(words.end(), {"--folder", folder.id});
    words.insert(words.end(), {"--column", "name", "--column", "password", "--json"});
    return words;
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> passbolt_adapter(VaultProgram program) {
  return std::make_unique<Passbolt>(std::move(program));
}

}  // namespace kamal
