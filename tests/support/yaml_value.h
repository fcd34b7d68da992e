#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/yaml/reader.h"

namespace kamal::test {

inline Value yaml_value(std::string_view text) { return yaml::read(text, "deploy.yml").value; }

inline std::vector<std::string> texts(const std::vector<Problem>& problems) {
  std::vector<std::string> list;
  for (const Problem& problem : problems) list.push_back(problem.text());
  return list;
}

using Words = std::vector<std::string>;

}  // namespace kamal::test
