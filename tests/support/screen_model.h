#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::test {

// What a terminal shows for the text written to it, ASCII and the few escape sequences that LiveLines uses;
// with all that has scrolled away. When it gets narrower or wider it wraps long lines anew, as most do.
class ScreenModel {
 public:
  explicit ScreenModel(size_t columns) : columns_(columns) {}

  void write(std::string_view text) {
    while (!text.empty()) {
      if (text.starts_with("\x1b[")) {
        const size_t end = text.find_first_of("AJKm");
        if (end == std::string_view::npos) throw std::logic_error("unknown escape sequence");
        escape(text[end], std::string(text.substr(2, end - 2)));
        text.remove_prefix(end + 1);
      } else {
        put(text.front());
        text.remove_prefix(1);
      }
    }
  }

  void resize(size_t columns) {
    std::vector<Row> old = std::move(rows_);
    const size_t cursor = row_;
    rows_ = {{}};
    row_ = 0;
    columns_ = columns;
    for (size_t i = 0; i < old.size(); ++i) {
      if (i > 0 && !old[i - 1].continues) put('\n');
      column_ = i > 0 && old[i - 1].continues ? column_ : 0;
      for (const char c : old[i].text) put(c);
      if (i == cursor) new_cursor_ = row_;
    }
    row_ = new_cursor_;
    column_ = 0;
  }

  // Without blank rows at the end.
  std::string text() const {
    std::string text;
    for (const Row& row : rows_) text += row.text + (row.continues ? "" : "\n");
    text.erase(text.find_last_not_of('\n') + 1);
    return text + "\n";
  }
  size_t column() const { return column_; }

 private:
  struct Row {
    std::string text;
    bool continues = false;  // in the next one
  };

  void put(char c) {
    if (c == '\r') {
      column_ = 0;
    } else if (c == '\n') {
      to_next_row();
    } else {
      if (column_ == columns_) {
        rows_[row_].continues = true;
        to_next_row();
      }
      std::string& text = rows_[row_].text;
      if (text.size() <= column_) text.resize(column_ + 1, ' ');
      text[column_++] = c;
    }
  }

  void to_next_row() {
    if (++row_ == rows_.size()) rows_.emplace_back();
    column_ = 0;
  }

  void escape(char kind, const std::string& parameter) {
    Row& row = rows_[row_];
    if (kind == 'A') row_ -= std::min<size_t>(row_, std::stoul(parameter));
    if (kind == 'K' || kind == 'J') {
      row.text.resize(std::min(row.text.size(), column_));
      row.continues = false;
    }
    if (kind == 'J') rows_.resize(row_ + 1);
  }

  size_t columns_, row_ = 0, column_ = 0, new_cursor_ = 0;
  std::vector<Row> rows_{{}};
};

}  // namespace kamal::test
