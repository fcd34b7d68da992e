#include "secrets/passbolt_folders.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault_adapter.h"

namespace kamal {

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
  const auto answer = program.answer({"list", "folders", "--filter", filter, "--json"},
                                     "Could not read the folders of Passbolt");
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

}  // namespace kamal
