#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kamal::cli {

// Rows of text in aligned columns, two spaces apart.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

  // As many cells as there are headings.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // Lines without trailing blanks, the headings first.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// 512 MiB, 1.5 GiB.
std::string size_text(uint64_t bytes);

}  // namespace kamal::cli
