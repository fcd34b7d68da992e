#pragma once

#include <string>
#include <string_view>
#include <vector>

// Splits single lines of YAML into tokens, even if the file as a whole is invalid.
namespace kamal::config {

struct Token {
  enum class Kind { key, value };
  Kind kind = Kind::value;
  size_t begin = 0;  // in bytes of the line
  size_t end = 0;
  std::vector<std::string> path{};  // of a value: its keys from the root; "-" is a list item
};

// The keys and values of a line, in order, with punctuation between them. Anything not understood is a value
// at a path that does not exist. Anchors and tags are part of their value; comments are skipped.
std::vector<Token> tokens_of(const std::vector<std::string>& lines, size_t index);

// The end of a line without its comment and trailing blanks.
size_t end_of_content(std::string_view line);
inline std::string_view content_of(std::string_view line) { return line.substr(0, end_of_content(line)); }

// The end of the ERB tag that starts at `at`; 0 if there is none.
size_t end_of_tag(std::string_view line, size_t at);

}  // namespace kamal::config
