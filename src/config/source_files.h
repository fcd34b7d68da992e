#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kamal/yaml/value.h"

namespace kamal::config {

// The text of the configuration files, for excerpts in errors. Other files, such as secrets files, are never
// excerpted.
class SourceFiles {
 public:
  void add(std::string name, std::string text);
  // The rendered template of the file added last.
  void set_rendered(std::string text) { files_.back().rendered = std::move(text); }

  // Adds excerpts to the first 20 problems. There is none for lines that a template generated.
  std::vector<Problem> with_excerpts(std::vector<Problem> problems) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::optional<std::string> rendered{};
  };
  std::optional<Excerpt> excerpt(const Mark& mark) const;

  std::vector<File> files_;
};

}  // namespace kamal::config
