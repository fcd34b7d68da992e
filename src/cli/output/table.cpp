#include "cli/output/table.h"

#include <algorithm>
#include <string_view>

#include "kamal/support/display_width.h"
#include "kamal/support/encoding.h"

namespace kamal::cli {
namespace {

size_t width(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const size_t bytes = std::max<size_t>(utf8_character_size(text), 1);
    columns += display_width(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return columns;
}

}  // namespace

std::string Table::text() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(row.at(i)));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace kamal::cli
