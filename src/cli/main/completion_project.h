#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kamal/support/environment.h"
#include "kamal/support/names.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

struct Candidate {
  std::string word;
  std::string description;
  bool operator==(const Candidate&) const = default;
};

// What there is to name in the project whose command line is being typed. It runs no program, and where the
// configuration can't be read there is nothing.
class CompletionProject {
 public:
  CompletionProject(std::filesystem::path config_file, std::optional<Destination> destination,
                    EnvironmentMap environment);

  std::vector<Candidate> destinations() const;
  std::vector<Candidate> roles();
  std::vector<Candidate> hosts();
  std::vector<Candidate> accessories();
  std::vector<Candidate> aliases();
  // The command line that an alias stands for.
  std::optional<std::string> alias(const std::string& name);

 private:
  const Value& configuration();

  std::filesystem::path config_file_;
  std::optional<Destination> destination_;
  EnvironmentMap environment_;
  std::optional<Value> configuration_;
};

}  // namespace kamal::cli
