#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace kamal {

// Where something stands in a configuration file. Lines count from 1; 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;
};

// One thing that is wrong: `file:line: key/path: message`.
struct Problem {
  Mark mark;
  std::string key;      // servers/web/hosts; empty for the file as a whole
  std::string message;  // what is wrong, and what would be right
  std::string text() const;
};

// A configuration that can't be used. All problems of one run are in it.
class ConfigurationError : public std::runtime_error {
 public:
  explicit ConfigurationError(const std::string& message) : std::runtime_error(message) {}
  explicit ConfigurationError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace kamal
