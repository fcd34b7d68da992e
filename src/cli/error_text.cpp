#include "cli/error_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "kamal/support/display_width.h"
#include "kamal/support/encoding.h"
#include "kamal/support/readable.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {
namespace {

using sshkit::painted;

// Longer lines are cut around the fault.
constexpr size_t max_line = 72;  // columns
constexpr size_t context_before_fault = 30;
constexpr std::string_view cut_mark = "...";
constexpr size_t tab_width = 4;

constexpr const char* red = "31";
constexpr const char* blue = "34";

// A character as displayed, with its width in columns.
struct Cell {
  std::string text;
  size_t width = 0;
};

Cell cell_of(std::string_view character) {
  if (character == "\t") return {std::string(tab_width, ' '), tab_width};
  std::string text = printable(character);
  const bool as_is = text == character;
  const size_t width = as_is ? display_width(character) : text.size();
  return {std::move(text), width};
}

struct Line {
  std::vector<Cell> cells{};
  size_t begin = 0;  // of the fault
  size_t end = 0;
};

Line line_of(const Excerpt& excerpt) {
  Line line;
  std::string_view rest = excerpt.text;
  while (!rest.empty()) {
    const size_t at = excerpt.text.size() - rest.size();
    if (at <= excerpt.begin) line.begin = line.cells.size();
    const size_t size = std::max<size_t>(utf8_character_size(rest), 1);
    line.cells.push_back(cell_of(rest.substr(0, size)));
    rest.remove_prefix(size);
    if (at < excerpt.begin + excerpt.length) line.end = line.cells.size();
  }
  if (excerpt.begin >= excerpt.text.size()) line.begin = line.end = line.cells.size();
  return line;
}

size_t width_of(const std::vector<Cell>& cells, size_t begin, size_t end) {
  size_t width = 0;
  for (size_t i = begin; i < end; ++i) width += cells[i].width;
  return width;
}

// Shortens a long line to the part around the fault.
Line cut(Line line) {
  std::vector<Cell>& cells = line.cells;
  if (width_of(cells, 0, cells.size()) <= max_line) return line;
  const Cell mark{std::string(cut_mark), cut_mark.size()};
  size_t first = line.begin;
  while (first > 0 && width_of(cells, first - 1, line.begin) <= context_before_fault) --first;
  if (first <= mark.width) first = 0;
  size_t last = first, width = 0;
  while (last < cells.size() && width + cells[last].width <= max_line) width += cells[last++].width;
  if (last < cells.size()) {
    cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(last), cells.end());
    cells.push_back(mark);
  }
  line.end = std::min(line.end, last);
  if (first == 0) return line;
  cells.erase(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(first));
  cells.insert(cells.begin(), mark);
  line.begin = line.begin - first + 1;
  line.end = line.end - first + 1;
  return line;
}

std::string text_of(const Line& line) {
  std::string text;
  for (const Cell& cell : line.cells) text += cell.text;
  return text;
}

//     6 | boot: { wait: soon }
//       |               ^^^^ must be an integer (such as 10)
std::string excerpt_text(const Problem& problem, sshkit::Color color) {
  const Line line = cut(line_of(*problem.excerpt));
  const std::string carets(std::max<size_t>(width_of(line.cells, line.begin, line.end), 1), '^');
  const std::string label = problem.fix.empty() ? carets : carets + " " + printable(problem.fix);
  const std::string indent(width_of(line.cells, 0, line.begin), ' ');
  return painted(fmt::format("{:>5} |", problem.mark.line), blue, color) + " " + text_of(line) + "\n" +
         painted(fmt::format("{:>5} |", ""), blue, color) + " " + indent + painted(label, red, color) + "\n";
}

}  // namespace

std::string error_text(const std::exception& error, sshkit::Color color) {
  const std::string prefix = "  ERROR ";
  const auto* configuration = dynamic_cast<const ConfigurationError*>(&error);
  if (!configuration || configuration->problems().empty())
    return painted(prefix + printable(error.what()), red, color) + "\n";
  std::string text;
  for (const Problem& problem : configuration->problems()) {
    text += painted((text.empty() ? prefix : "") + printable(problem.text()), red, color) + "\n";
    if (problem.excerpt) text += excerpt_text(problem, color);
  }
  return text;
}

}  // namespace kamal::cli
