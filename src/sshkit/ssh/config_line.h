#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::sshkit {

// A line of ssh_config(5) that says something.
struct ConfigLine {
  int number = 0;
  std::string keyword;                                // in lower case
  std::optional<std::vector<std::string>> arguments;  // nothing if a quote is not closed
  std::string rest;                                   // everything after the keyword, as written

  static std::optional<ConfigLine> parse(std::string_view text, int number);
};

// Where a line is, for messages.
struct ConfigPlace {
  const std::filesystem::path& file;
  const ConfigLine& line;

  std::string text() const;                              // FILE:LINE
  const std::vector<std::string>& arguments() const;     // throws ConnectionError if a quote is not closed
  [[noreturn]] void fail(const std::string& why) const;  // throws ConnectionError
};

std::optional<int> config_number(std::string_view text);
// 90, 1m30s, 2h: seconds as ssh_config(5) writes them.
std::optional<std::chrono::seconds> config_duration(std::string_view text);

}  // namespace kamal::sshkit
