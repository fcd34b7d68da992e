#pragma once

#include <optional>
#include <string>
#include <vector>

#include "secrets/vault_program.h"

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

}  // namespace kamal
