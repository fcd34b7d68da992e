#include "cli/output/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/display_width.h"

namespace kamal::cli {

std::string Table::text() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(row.at(i)));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      line += row[i];
      line.append(widths[i] - display_width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string size_text(uint64_t bytes) {
  constexpr uint64_t mega = 1 << 20, giga = 1 << 30;
  return bytes < giga ? fmt::format("{} MiB", bytes / mega)
                      : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(giga));
}

}  // namespace kamal::cli
