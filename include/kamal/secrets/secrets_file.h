#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kamal/secrets/secrets.h"
#include "kamal/support/environment.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"

namespace kamal {

// What evaluating a secrets file needs from outside.
struct SecretsContext {
  EnvironmentMap environment;
  Processes* processes = nullptr;  // runs $(command)
  // Answers `kamal secrets ...` in this process: its words after `kamal`, standard output back. Null: run as
  // a command.
  std::function<std::string(const std::vector<std::string>&)> inline_kamal;
  std::function<void(const std::string&)> warn;  // unset variables and the like, with file:line
};

// Secrets of SECRETS_PATH-common and SECRETS_PATH[.DEST], read at the first question.
std::unique_ptr<Secrets> open_secrets(const std::string& secrets_path,
                                      const std::optional<Destination>& destination, SecretsContext context);

}  // namespace kamal
