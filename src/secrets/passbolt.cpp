#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/passbolt_folders.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
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
    if (parts.empty()) throw std::runtime_error("A secret of Passbolt needs a name");
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
    if (paths.empty()) throw std::runtime_error("Passbolt has to be told which secrets to fetch");
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
