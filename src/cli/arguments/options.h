#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// An invalid command line. The text says how to fix it.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The options of one command line, by long name.
class Options {
 public:
  bool flag(const std::string& name) const;                        // false if not set and without a default
  std::optional<std::string> text(const std::string& name) const;  // the last value; blank is absent
  std::optional<long> number(const std::string& name) const;
  std::optional<std::chrono::milliseconds> seconds(const std::string& name) const;
  std::vector<std::string> list(const std::string& name) const;  // all values, in order
  // NAME:VALUE; of a name set twice, the last value.
  std::vector<std::pair<std::string, std::string>> pairs(const std::string& name) const;

  // --config-file, unless it is the default one.
  std::optional<std::string> config_file() const;

  bool is_set(const std::string& name) const { return values_.contains(name); }
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }
  // Applies defaults and converts numbers. Throws UsageError for a value of the wrong type, or not among the
  // choices.
  void complete(const OptionSpec& option);

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// An option at the end of a command line, ready to paste: " -d staging"; "" without a value.
std::string option_text(const char* option, const std::optional<std::string>& value);

}  // namespace kamal::cli
