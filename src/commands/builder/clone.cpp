#include <filesystem>

#include "kamal/commands/builder.h"

namespace kamal::commands {
namespace {

constexpr size_t hash_length = 13;

Command git(const std::string& directory, const Arguments& arguments) {
  return Command{"git", "-C", directory}.add(arguments);
}

}  // namespace

bool Builder::git_clone() const { return place_.git_used && !config_.builder.context; }

std::string Builder::clone_directory() const {
  const std::string hash = place_.working_directory_hash.substr(0, hash_length);
  return place_.temp_directory + "/kamal-clones/" + config_.service + "-" + hash;
}

std::string Builder::build_directory() const {
  if (!git_clone()) return ".";
  const std::string repository = std::filesystem::path(place_.git_root).filename();
  const bool inside = place_.working_directory.starts_with(place_.git_root);
  const std::string below = inside ? place_.working_directory.substr(place_.git_root.size()) : "";
  return clone_directory() + "/" + repository + below;
}

Command Builder::clone() const {
  return git(clone_directory(), {"clone", place_.git_root, "--recurse-submodules"});
}

std::vector<Command> Builder::clone_reset_steps() const {
  const std::string directory = build_directory();
  return {git(directory, {"remote", "set-url", "origin", place_.git_root}),
          git(directory, {"fetch", "origin"}),
          git(directory, {"reset", "--hard", place_.revision}),
          git(directory, {"clean", "-fdx"}),
          git(directory, {"submodule", "update", "--init"}),
          git(directory, {"gc", "--auto", "--quiet"})};
}

Command Builder::clone_status() const { return git(build_directory(), {"status", "--porcelain"}); }

Command Builder::clone_revision() const { return git(build_directory(), {"rev-parse", "HEAD"}); }

}  // namespace kamal::commands
