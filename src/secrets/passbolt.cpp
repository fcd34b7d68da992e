#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {

struct PassboltFolder {
  std::string id, name, parent;  // no parent at the top
};

// The folders that are on the way to some secrets, as `passbolt list folders` finds them level by level.
class PassboltFolders {
 public:
  // `paths` are those of folders. Throws std::runtime_error with the ones that are not there.
  PassboltFolders(const VaultProgram& program, const std::vector<Words>& paths);

  const std::vector<PassboltFolder>& all() const { return folders_; }
  // Its id.
  std::optional<std::string> find(const Words& path) const;

 private:
  std::vector<PassboltFolder> list(const VaultProgram& program, const std::string& filter) const;
  void add_top(const VaultProgram& program, const std::vector<Words>& paths);
  void add_below_top(const VaultProgram& program, const Words& path);
  const PassboltFolder* child(const std::string& parent, const std::string& name) const;
  // One inside folders that were not asked for counts as one at the top.
  const PassboltFolder* shared(const std::string& name) const;

  std::vector<PassboltFolder> folders_;
};

// A string of the filter language (CEL).
std::string passbolt_string(std::string_view text);

PassboltFolders::PassboltFolders(const VaultProgram& program, const std::vector<Words>& paths) {
  if (paths.empty()) return;
  add_top(program, paths);
  for (const Words& path : paths) add_below_top(program, path);
  Words missing;
  for (const Words& path : paths) {
    if (!find(path)) missing.push_back(join(path, "/"));
  }
  if (!missing.empty()) throw std::runtime_error("Passbolt has no folder " + join(missing, ", "));
}

std::optional<std::string> PassboltFolders::find(const Words& path) const {
  std::string id;
  for (const std::string& name : path) {
    const PassboltFolder* const folder = child(id, name);
    if (folder == nullptr) return std::nullopt;
    id = folder->id;
  }
  return id;
}

std::vector<PassboltFolder> PassboltFolders::list(const VaultProgram& program,
                                                  const std::string& filter) const {
  std::vector<PassboltFolder> found;
  const auto answer =
      program.answer({"list", "folders", "--filter", filter, "--json"}, "Could not list Passbolt folders");
  for (const auto& folder : answer) {
    found.push_back({folder.at("id").get<std::string>(), folder.at("name").get<std::string>(),
                     text_of(member(folder, "folder_parent_id")).value_or("")});
  }
  return found;
}

void PassboltFolders::add_top(const VaultProgram& program, const std::vector<Words>& paths) {
  Words names, conditions;
  for (const Words& path : paths) {
    if (std::find(names.begin(), names.end(), path[0]) == names.end()) names.push_back(path[0]);
  }
  for (const std::string& name : names) conditions.push_back("Name == " + passbolt_string(name));
  folders_ = list(program, join(conditions, " || "));
}

void PassboltFolders::add_below_top(const VaultProgram& program, const Words& path) {
  for (size_t depth = 1; depth < path.size(); ++depth) {
    const auto parent = find(Words(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(depth)));
    if (!parent) return;
    if (child(*parent, path[depth]) != nullptr) continue;
    const auto below = list(program, "Name == " + passbolt_string(path[depth]) +
                                         " && FolderParentID == " + passbolt_string(*parent));
    folders_.insert(folders_.end(), below.begin(), below.end());
  }
}

const PassboltFolder* PassboltFolders::child(const std::string& parent, const std::string& name) const {
  for (const PassboltFolder& folder : folders_) {
    if (folder.parent == parent && folder.name == name) return &folder;
  }
  return parent.empty() ? shared(name) : nullptr;
}

const PassboltFolder* PassboltFolders::shared(const std::string& name) const {
  for (const PassboltFolder& folder : folders_) {
    const auto is_parent = [&](const PassboltFolder& other) { return other.id == folder.parent; };
    if (folder.name == name && std::none_of(folders_.begin(), folders_.end(), is_parent)) return &folder;
  }
  return nullptr;
}

std::string passbolt_string(std::string_view text) {
  return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

namespace {

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
    const bool known = std::find(folders.begin(), folders.end(), resource.folder) != folders.end();
    if (!known && !resource.folder.empty()) folders.push_back(resource.folder);
  }
  return folders;
}

class Passbolt : public VaultAdapter {
 public:
  Passbolt(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("Passbolt", VaultProgram("passbolt", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  void log_in(const SecretRequest&) override { program().output({"verify"}, "Could not log in to Passbolt"); }

  SecretValues ask(const SecretRequest& request) override {
    const Words paths = names_under(request);
    if (paths.empty()) throw std::runtime_error("Passbolt: no secrets given");
    const std::vector<Resource> resources = resources_of(paths);
    const PassboltFolders folders(program(), folders_of(resources));
    const auto items = program().answer(list_words(resources, folders),
                                        "Could not read " + join(paths, ", ") + " from Passbolt");
    SecretValues values;
    for (const auto& item : items) {
      set_value(values, item.at("name").get<std::string>(), text_of(member(item, "password")));
    }
    check_all_found(resources, values);
    return values;
  }

  static Words list_words(const std::vector<Resource>& resources, const PassboltFolders& folders) {
    Words conditions;
    for (const Resource& resource : resources) {
      const std::string name = "Name == " + passbolt_string(resource.name);
      const auto folder = folders.find(resource.folder).value_or("");
      conditions.push_back(
          folder.empty() ? name : "(" + name + " && FolderParentID == " + passbolt_string(folder) + ")");
    }
    Words words{"list", "resources", "--filter", join(conditions, " || ")};
    for (const PassboltFolder& folder : folders.all()) words.insert(words.end(), {"--folder", folder.id});
    words.insert(words.end(), {"--column", "name", "--column", "password", "--json"});
    return words;
  }

  static void check_all_found(const std::vector<Resource>& resources, const SecretValues& values) {
    Words missing;
    for (const Resource& resource : resources) {
      const auto is_it = [&](const auto& entry) { return entry.first == resource.name; };
      if (std::none_of(values.begin(), values.end(), is_it)) missing.push_back(resource.name);
    }
    if (!missing.empty()) throw std::runtime_error("Passbolt has no " + join(missing, ", "));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> passbolt_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<Passbolt>(processes, environment);
}

}  // namespace kamal
