#include "kamal/support/live_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "kamal/support/display_width.h"

namespace kamal {
namespace {

constexpr size_t widest_character = 2;

// Terminals wrap lines anew when they become narrower; a wide character that does not fit goes to the next
// row.
size_t rows_of(std::string_view text, size_t columns) {
  size_t rows = 0;
  do {
    const std::string_view row = cut_to_width(text, columns);
    text.remove_prefix((row.empty() ? cut_to_width(text, widest_character) : row).size());
    ++rows;
  } while (!text.empty());
  return rows;
}

std::string styled(const std::string& text, const char* style) {
  return style ? fmt::format("\x1b[{}m{}\x1b[0m", style, text) : text;
}

}  // namespace

void LiveLines::out(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write(Stream::out, text);
}

void LiveLines::err(std::string_view text) {
  if (!streams_.err_is_terminal) return streams_.err(text);
  const std::lock_guard lock(mutex_);
  write(Stream::err, text);
}

void LiveLines::write(Stream stream, std::string_view text) {
  if (text.empty()) return;
  if (holds_ > 0) {
    held_.emplace_back(stream, text);
    return;
  }
  const std::string before = erasure();
  at_line_start_ = text.ends_with('\n');
  const std::string after = drawing();
  if (stream == Stream::err) {
    streams_.out(before);
    streams_.err(text);
    streams_.out(after);
  } else if (before.empty() && after.empty()) {
    streams_.out(text);
  } else {  // in one write, so that nothing flickers
    streams_.out(fmt::format("{}{}{}", before, text, after));
  }
}

void LiveLines::show(std::vector<Line> lines) {
  const std::lock_guard lock(mutex_);
  const bool as_drawn = !shown_.empty() && !forgotten_ && ours() && drawn_for_ == window();
  if (lines == lines_ && (lines.empty() || as_drawn)) return;
  lines_ = std::move(lines);
  const std::string start = back_to_start();
  streams_.out(fmt::format("{}{}{}", start, drawing(), start.empty() ? "" : clear_below));
}

WindowSize LiveLines::window() const {
  return (streams_.window_size ? streams_.window_size() : std::nullopt).value_or(WindowSize{});
}

bool LiveLines::may_draw() const { return !lines_.empty() && pauses_ == 0 && at_line_start_ && ours(); }

// Moves the cursor up to the first line shown.
std::string LiveLines::back_to_start() {
  const std::vector<std::string> shown = std::exchange(shown_, {});
  const bool moved = forgotten_.exchange(false);
  if (shown.empty() || moved || !ours()) return "";
  const auto columns = static_cast<size_t>(window().columns);
  size_t rows = 0;
  for (const std::string& text : shown) rows += rows_of(text, columns);
  return fmt::format("\r\x1b[{}A", rows);
}

std::string LiveLines::erasure() {
  const std::string start = back_to_start();
  return start.empty() ? start : fmt::format("{}{}", start, clear_below);
}

// One column stays free: the last one may make the terminal wrap. So do the cursor's row and one for text.
std::string LiveLines::drawing() {
  if (!may_draw()) return "";
  drawn_for_ = window();
  const auto columns = static_cast<size_t>(std::max(drawn_for_.columns - 1, 0));
  const auto rows = static_cast<size_t>(std::max(drawn_for_.rows - 2, 0));
  std::string frame;
  for (size_t i = 0; i < std::min(lines_.size(), rows); ++i) {
    shown_.emplace_back(cut_to_width(lines_[i].text, columns));
    frame += fmt::format("{}{}\n", styled(shown_.back(), lines_[i].style), clear_to_end_of_line);
  }
  return frame;
}

LiveLines::Pause::Pause(LiveLines* lines, Text text) : lines_(lines), text_(text) {
  if (!lines_) return;
  const std::lock_guard lock(lines_->mutex_);
  ++lines_->pauses_;
  if (text_ == Text::hold) ++lines_->holds_;
  lines_->streams_.out(lines_->erasure());
}

LiveLines::Pause::~Pause() {
  if (!lines_) return;
  const std::lock_guard lock(lines_->mutex_);
  --lines_->pauses_;
  if (text_ == Text::hold) --lines_->holds_;
  lines_->at_line_start_ = true;
  if (lines_->holds_ > 0) return;
  for (const auto& [stream, text] : std::exchange(lines_->held_, {})) lines_->write(stream, text);
}

}  // namespace kamal
