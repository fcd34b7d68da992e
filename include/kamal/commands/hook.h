#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/commands/tags.h"
#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// A program of the user's, run on this machine.
class Hook {
 public:
  explicit Hook(const config::Configuration& config) : config_(config) {}

  std::string file(const std::string& hook) const;
  Command run(const std::string& hook) const;
  // KAMAL_RECORDED_AT and so on; `details` (hosts, roles, lock, command, subcommand, runtime) add to the
  // tags, the later one of a name wins. With `secrets`, these as well.
  std::vector<std::pair<std::string, std::string>> env(const TagFacts& facts, const Tags& details,
                                                       const Secrets* secrets = nullptr) const;

 private:
  const config::Configuration& config_;
};

}  // namespace kamal::commands
