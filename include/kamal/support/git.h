#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kamal/support/process.h"

namespace kamal {

// Queries the git repository of the working directory, each value once.
class Git {
 public:
  explicit Git(Processes& processes) : processes_(processes) {}

  bool installed();
  bool used();                                   // is this a repository?
  std::string revision();                        // full hash of HEAD; "" before the first commit
  std::string root();                            // top directory
  std::string user_name();                       // "" when not set, or without git
  std::string email();                           // "" when not set
  std::string uncommitted_changes();             // `git status --porcelain`, stripped
  std::vector<std::string> uncommitted_files();  // modified, relative to the working directory
  std::vector<std::string> untracked_files();    // ignored ones included
  // Subjects of the commits of `to` that `from` lacks, newest first; nothing if git does not know both.
  std::optional<std::vector<std::string>> subjects_between(const std::string& from, const std::string& to);

 private:
  std::string ask(std::vector<std::string> arguments);
  std::string ask_once(std::optional<std::string>& known, std::vector<std::string> arguments);

  Processes& processes_;
  std::optional<bool> used_;
  std::optional<std::string> revision_, root_, user_name_, email_, changes_;
};

}  // namespace kamal
