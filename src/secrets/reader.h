#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/secrets/secrets.h"
#include "kamal/yaml/value.h"

namespace kamal {

// A secret without a value: what went wrong, or which failed secret its value refers to.
struct FailedSecret {
  Problem problem;
  std::optional<std::string> cause;  // the name of that secret
};

// Names and values in the order in which the names first appear. A name has either a value or a failure.
class SecretTable {
 public:
  void set(const std::string& name, std::string value, Mark mark = {});
  void fail(const std::string& name, FailedSecret failure);
  void merge(const SecretTable& over);
  const std::string* find(const std::string& name) const;
  const FailedSecret* failure(const std::string& name) const;
  // Where the value was assigned.
  Mark mark(const std::string& name) const;
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
  const std::map<std::string, FailedSecret>& failures() const { return failures_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
  std::map<std::string, size_t> places_;
  std::map<std::string, FailedSecret> failures_;
  std::map<std::string, Mark> marks_;
};

// The values of one file in dotenv form, whose path is `file`. Its references see names above them and the
// environment; `others`, read before, only improve a warning. A value that can't be read or computed
// fails alone. Throws ConfigurationError if the file is not text.
SecretTable read_secrets(std::string_view text, const std::string& file, const SecretsContext& context,
                         const SecretTable& others = {});

// Runs the inside of $(...) in a secrets file, and returns its standard output without the last line end.
// `name` stands for the command in messages, since the command itself may already contain secrets. Throws
// std::runtime_error.
std::string command_output(const std::string& command, const std::string& name,
                           const SecretsContext& context);

// A command by its program's name, for messages.
std::string command_name(std::string_view command);

}  // namespace kamal
