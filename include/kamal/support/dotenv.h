#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::dotenv {

// One NAME=VALUE of a file in dotenv form, as the gem dotenv 3 takes files apart.
struct Assignment {
  int line = 0;  // of the name, from 1
  std::string name;
  std::optional<std::string> value;  // as written, quotes included; absent behind a lone name or `=`
  bool exported = false;
};

struct File {
  std::vector<Assignment> assignments;
  std::vector<int> ignored_lines;  // neither blank, nor a comment, nor part of an assignment
};

// Reads anything: what is no assignment is ignored.
File read(std::string_view text);

}  // namespace kamal::dotenv
