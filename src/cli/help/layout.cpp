#include "cli/help/layout.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr size_t margin = 2, gap = 2;

std::vector<std::string> broken(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

}  // namespace

std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::string result;
  for (const std::string& line : broken(text, width - indent)) {
    result += std::string(indent, ' ') + line + "\n";
  }
  return result;
}

std::string columns(const Rows& rows, size_t width) {
  size_t widest = 0;
  for (const auto& [name, text] : rows) widest = std::max(widest, name.size());
  const size_t indent = margin + widest + gap;
  std::string result;
  for (const auto& [name, text] : rows) {
    std::string lines =
        text.empty() ? std::string(margin + name.size(), ' ') + "\n" : wrapped(text, indent, width);
    result += lines.replace(margin, name.size(), name);
  }
  return result;
}

}  // namespace kamal::cli
