#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/support/waits.h"

namespace kamal::config {

// Reads, merges, checks. All problems of the files are reported together.
struct LoadOptions {
  std::filesystem::path config_file = "config/deploy.yml";
  std::optional<Destination> destination;
  // Receives what ERB code prints; dropped if not set.
  std::function<void(const std::string&)> print = nullptr;
  MakeWait wait = {};                  // for the commands of ERB code
  std::vector<std::string> arguments;  // of the command line: ARGV in ERB code
  // Names that aliases must not have: kamal's own commands. Empty: not checked.
  std::vector<std::string> builtin_commands;
};

// The merged YAML of config_file and its destination's file, ERB evaluated, nothing validated: for aliases,
// which must resolve before the rest of the file is checked. KAMAL_DESTINATION and what ERB code sets in ENV
// is in `environment` afterwards, since it lasts for the whole run. Throws ConfigurationError. `warnings`
// receives oddities of the files (duplicate keys) that build_configuration() can no longer see.
Value load_raw_configuration(const LoadOptions& options, EnvironmentMap& environment, Processes& processes,
                             std::vector<Problem>* warnings = nullptr);
// Throws ConfigurationError.
Configuration load_configuration(const LoadOptions& options, EnvironmentMap& environment,
                                 Processes& processes);
// From YAML that is already merged: for tests and for the caller of load_raw_configuration().
Configuration build_configuration(const Value& raw, const LoadOptions& options);

// DEST of every deploy.DEST.yml next to the configuration file, sorted.
std::vector<std::string> destinations_beside(const std::filesystem::path& config_file);

}  // namespace kamal::config
