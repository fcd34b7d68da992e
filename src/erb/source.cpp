#include "erb/source.h"

#include <algorithm>
#include <sstream>

#include "kamal/support/encoding.h"

namespace kamal::erb {
namespace {

enum class TagKind { code, output, comment };

// Collects statements and puts them on lines so that a line of the template is a line of the program.
class Compiler {
 public:
  Compiler(std::string_view text, TrimMode mode) : text_(text), mode_(mode) {}

  Source run() {
    while (position_ < text_.size()) {
      read_text();
      read_tag();
    }
    put_text();
    return std::move(source_);
  }

 private:
  void read_text();
  void read_tag();
  bool read_code();
  size_t end_of_text(size_t open) const;
  bool dashed(size_t open) const { return mode_ == TrimMode::dashes && at(open, "<%-"); }
  void open_tag(size_t open);
  void trim_line_end();
  bool dash_before(size_t close) const {
    return mode_ == TrimMode::dashes && close > position_ && text_[close - 1] == '-';
  }
  void put_text();
  void put_code(TagKind kind);
  void separate() {
    if (!line_empty_) source_.code += "; ";
    line_empty_ = false;
  }
  void end_line() {
    source_.code += '\n';
    line_empty_ = true;
  }
  bool at(size_t position, std::string_view what) const {
    return text_.substr(position, what.size()) == what;
  }

  std::string_view text_;
  TrimMode mode_;
  size_t position_ = 0;
  std::string content_;  // of the text or tag being read
  TagKind kind_ = TagKind::code;
  bool in_tag_ = false;
  bool trims_ = false;  // was the tag closed by -%>?
  bool line_empty_ = true;
  Source source_;
};

// Up to and with the next tag's opening.
void Compiler::read_text() {
  while (true) {
    const size_t open = text_.find("<%", position_);
    if (open == std::string_view::npos) {
      content_ += text_.substr(position_);
      position_ = text_.size();
      return;
    }
    if (!at(open, "<%%")) {
      content_ += text_.substr(position_, end_of_text(open) - position_);
      return open_tag(open);
    }
    content_ += text_.substr(position_, open + 2 - position_);
    position_ = open + 3;
  }
}

// `<%-` strips the blanks before it, back to the start of the line. Ruby's scanner counts the position right
// after a tag as such a start, too.
size_t Compiler::end_of_text(size_t open) const {
  if (!dashed(open)) return open;
  size_t first = open;
  while (first > position_ && (text_[first - 1] == ' ' || text_[first - 1] == '\t')) --first;
  return first == position_ || text_[first - 1] == '\n' ? first : open;
}

void Compiler::open_tag(size_t open) {
  put_text();
  in_tag_ = true;
  kind_ = at(open, "<%=") ? TagKind::output : at(open, "<%#") ? TagKind::comment : TagKind::code;
  position_ = open + (kind_ != TagKind::code || dashed(open) ? 3 : 2);
}

void Compiler::read_tag() {
  if (!in_tag_) return;
  const size_t first = position_;
  if (read_code()) {
    put_code(kind_);
    content_.clear();
    in_tag_ = false;
    trim_line_end();
  } else {
    source_.unclosed_line = 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + first, '\n'));
  }
}

void Compiler::trim_line_end() {
  if (!trims_) return;
  const size_t line_end = at(position_, "\r\n") ? 2 : at(position_, "\n") ? 1 : 0;
  if (line_end > 0 || position_ == text_.size()) end_line();
  position_ += line_end;
}

// The code of a tag into content_; false when the tag is never closed.
bool Compiler::read_code() {
  while (true) {
    const size_t close = text_.find("%>", position_);
    if (close == std::string_view::npos) {
      content_ += text_.substr(position_);
      position_ = text_.size();
      return false;
    }
    if (close > position_ && text_[close - 1] == '%') {  // %%> stands for %>
      content_ += text_.substr(position_, close - 1 - position_);
      content_ += "%>";
      position_ = close + 2;
      continue;
    }
    trims_ = dash_before(close);
    content_ += text_.substr(position_, close - (trims_ ? 1 : 0) - position_);
    position_ = close + 2;
    return true;
  }
}

void Compiler::put_text() {
  if (content_.empty()) return;
  separate();
  source_.code += Source::text_mark + std::to_string(source_.texts.size()) + ";";
  source_.code.append(std::count(content_.begin(), content_.end(), '\n'), '\n');
  source_.texts.push_back(std::move(content_));
  content_.clear();
}

void Compiler::put_code(TagKind kind) {
  if (kind == TagKind::comment) {  // only its lines count
    source_.code.append(static_cast<size_t>(std::count(content_.begin(), content_.end(), '\n')), '\n');
    return;
  }
  if (content_.find_first_of(std::string_view("\x00\x01\x02", 3)) != std::string::npos) {
    throw NotUnderstood(source_.code.size(), "control characters in code");
  }
  const bool ends_line = kind == TagKind::code && content_.ends_with('\n');
  if (ends_line) content_.pop_back();
  separate();
  if (kind == TagKind::output) source_.code += std::string(1, Source::output_mark) + "((";
  source_.tags.push_back({source_.code.size(), source_.code.size() + content_.size()});
  source_.code += content_;
  if (kind == TagKind::output) source_.code += "))";
  if (ends_line) end_line();
}

}  // namespace

Source compile(std::string_view text, TrimMode mode) { return Compiler(text, mode).run(); }

int Source::line_of(size_t position) const {
  const auto end = code.begin() + static_cast<std::ptrdiff_t>(std::min(position, code.size()));
  return 1 + static_cast<int>(std::count(code.begin(), end, '\n'));
}

std::string Source::tag_at(size_t position) const {
  constexpr size_t enough = 100;
  const auto tag = std::find_if(tags.begin(), tags.end(),
                                [&](const Tag& one) { return position >= one.begin && position <= one.end; });
  if (tag == tags.end()) return "";
  std::istringstream words(code.substr(tag->begin, tag->end - tag->begin));
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  if (text.size() > enough) {
    size_t cut = enough;
    while (cut > 0 && continues_utf8_character(text[cut])) --cut;
    text = text.substr(0, cut) + "...";
  }
  return text;
}

}  // namespace kamal::erb
