#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kamal/support/names.h"
#include "kamal/support/system.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

struct Candidate {
  std::string word;
  std::string description;
  bool operator==(const Candidate&) const = default;
};

// Names from the project's configuration. Runs no program; without a readable configuration there are none.
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
  const Value& configuration();

 private:
  std::filesystem::path config_file_;
  std::optional<Destination> destination_;
  EnvironmentMap environment_;
  std::optional<Value> configuration_;
};

// Candidates for the last argument.
struct Completions {
  std::vector<Candidate> candidates;
  bool files = false;  // also complete filenames
};

// `args` are kamal's arguments; the last one may be incomplete.
Completions completions_of(std::vector<std::string> args, const EnvironmentMap& environment);

}  // namespace kamal::cli
