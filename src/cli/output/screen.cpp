#include "cli/output/screen.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// See ctlseqs of xterm: the alternate screen, no cursor, no line wrapping; and back.
constexpr std::string_view enter = "\x1b[?1049h\x1b[?25l\x1b[?7l", leave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view to_top = "\x1b[H";

}  // namespace

Screen::~Screen() {
  if (drawn_) effects_.out(leave);
}

void Screen::draw(std::string_view text) {
  std::vector<std::string> lines = lines_of(text);
  const std::optional<WindowSize> size = effects_.window_size ? effects_.window_size() : std::nullopt;
  const auto rows = static_cast<size_t>(size.value_or(WindowSize{}).rows);
  if (lines.size() > rows) {
    const size_t left_out = lines.size() - rows + 1;
    lines.resize(rows - 1);
    lines.push_back(fmt::format("({} more lines)", left_out));
  }
  std::string frame(drawn_ ? "" : enter);
  frame += to_top;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) frame += "\r\n";
    frame += lines[i];
    frame += clear_to_end_of_line;
  }
  frame += clear_below;
  drawn_ = true;
  effects_.out(frame);
}

}  // namespace kamal::cli
