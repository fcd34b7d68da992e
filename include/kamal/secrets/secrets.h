#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/support/names.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/support/waits.h"
#include "kamal/yaml/value.h"

namespace kamal {

// The values of .kamal/secrets*: resolved once, at first use. A secret that can't be resolved fails only
// the caller that requires it. Thread-safe.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // Throws ConfigurationError with `wanted_by` (a key path): for a missing secret, with the files searched;
  // for a failed one, with its file and line.
  virtual std::string get(const std::string& name, const std::string& wanted_by = "") const = 0;
  virtual bool has(const std::string& name) const = 0;          // is it assigned, even if empty?
  virtual Mark origin(const std::string&) const { return {}; }  // where it is assigned
  virtual const std::vector<std::pair<std::string, std::string>>& all() const = 0;  // without failed ones
  virtual std::vector<Problem> failures() const { return {}; }
};

// The value of a secret that must not be blank: throws ConfigurationError with its origin if it is.
std::string required_secret(const Secrets& secrets, const std::string& name, const std::string& wanted_by);

// The inputs for evaluating a secrets file.
struct SecretsContext {
  EnvironmentMap environment;
  Processes* processes = nullptr;  // runs $(command)
  // Runs `kamal secrets ...` in this process: takes the arguments after `kamal`, returns stdout. Null: run as
  // a command.
  std::function<std::string(const std::vector<std::string>&)> inline_kamal;
  std::function<void(const std::string&)> warn;           // unset variables and the like, with file:line
  std::function<void(const std::string&)> resolved = {};  // gets each value, once all files are read
  MakeWait wait = {};                                     // for each $(command)
};

// Secrets of SECRETS_PATH-common and SECRETS_PATH[.DEST], read at the first use.
std::unique_ptr<Secrets> open_secrets(const std::string& secrets_path,
                                      const std::optional<Destination>& destination, SecretsContext context);

}  // namespace kamal
