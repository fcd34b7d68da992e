#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::dotenv {

// One NAME=VALUE of a dotenv file, as parsed by the gem dotenv 3.
struct Assignment {
  int line = 0;  // of the name, from 1
  std::string name;
  std::optional<std::string> value;  // as written, quotes included; absent after a lone name or `=`
  bool exported = false;
};

struct File {
  std::vector<Assignment> assignments;
  std::vector<int> ignored_lines;  // neither blank, nor a comment, nor part of an assignment
};

// Accepts any text: what is not an assignment is ignored.
File read(std::string_view text);

// What `\n` in double quotes stands for: itself, or (DOTENV_LINEBREAK_MODE=legacy) a line end.
enum class Escapes { kept, line_breaks };

// A part of a value: literal text, text with variables, or the inside of $(...).
struct Part {
  enum class Kind { literal, text, command };
  Kind kind = Kind::literal;
  std::string text;
  bool operator==(const Part&) const = default;
};

// Splits a value as written: quotes and backslashes are resolved, nothing is expanded yet.
std::vector<Part> parse_value(std::string_view written, Escapes escapes);

// A `$NAME` or `${NAME}`. Like the gem's pattern, accepts either brace alone, too.
struct Reference {
  std::string name;
  bool left_open = false;  // `${NAME` without its brace
};

// Text with its references replaced; `\$` becomes a dollar sign.
std::string expand_variables(std::string_view text,
                             const std::function<std::string(const Reference&)>& value_of);

}  // namespace kamal::dotenv
