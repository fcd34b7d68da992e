#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "kamal/cli/run.h"
#include "kamal/support/git.h"

namespace kamal::cli {

// Who runs kamal.
class Performer {
 public:
  Performer(const Effects& effects, Git& git) : effects_(effects), git_(git) {}

  std::string name();         // for the audit log: user.email of git, or the login name
  std::string lock_holder();  // user.name of git, or USER@HOST

 private:
  std::string login_name();  // "" if the user has no name
  std::string account();     // USER@HOST

  const Effects& effects_;
  Git& git_;
  std::mutex mutex_;
  std::optional<std::string> name_;
};

}  // namespace kamal::cli
