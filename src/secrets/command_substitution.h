#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/secrets/secrets_file.h"

namespace kamal {

// Runs what stands in $(...) in a secrets file.
class CommandSubstitution {
 public:
  explicit CommandSubstitution(const SecretsContext& context) : context_(context) {}

  // Standard output without its last line end. `name` is what messages call the command; the command itself
  // may hold secrets by now. Throws std::runtime_error.
  std::string output_of(const std::string& command, const std::string& name) const;

 private:
  std::string run(const std::string& command, const std::string& name) const;

  const SecretsContext& context_;
};

// A command by its program's name, for messages.
std::string name_of_command(std::string_view command);

}  // namespace kamal
