#include "erb/source.h"

#include <algorithm>
#include <sstream>

#include "kamal/support/encoding.h"

namespace kamal::erb {
namespace {

enum class TagKind { code, output, comment };

std::string line_ends_of(std::string_view text) {
  return std::string(static_cast<size_t>(std::ranges::count(text, '\n')), '\n');
}

// Collects statements, keeping the line numbers of the template in the program.
class Compiler {
 public:
  Compiler(std::string_view text, TrimMode mode) : text_(text), mode_(mode) {}

  Source run();

 private:
  size_t end_of_text(size_t open) const;
  std::string read_tag(size_t open);
  void trim_line_end();
  void put_text(std::string text);
  void put_code(TagKind kind, std::string code);
  void separate() {
    if (!line_empty_) source_.code += "; ";
    line_empty_ = false;
  }
  void end_line() {
    source_.code += '\n';
    line_empty_ = true;
  }
  std::string take_until(size_t end) {
    const size_t first = std::exchange(position_, end);
    return std::string(text_.substr(first, end - first));
  }
  bool at(size_t position, std::string_view what) const { return text_.substr(position).starts_with(what); }
  bool dashed(size_t open) const { return mode_ == TrimMode::dashes && at(open, "<%-"); }

  std::string_view text_;
  TrimMode mode_;
  size_t position_ = 0;
  bool line_empty_ = true;
  Source source_;
};

Source Compiler::run() {
  std::string text;  // since the last tag
  for (size_t open = 0; (open = text_.find("<%", position_)) != std::string_view::npos;) {
    if (at(open, "<%%")) {
      text += take_until(open + 2);
      ++position_;
    } else {
      put_text(text + take_until(end_of_text(open)));
      text = read_tag(open);
    }
  }
  put_text(text + take_until(text_.size()));
  return std::move(source_);
}

// `<%-` strips the blanks before it, back to the start of the line. Ruby's scanner counts the position right
// after a tag as such a start, too.
size_t Compiler::end_of_text(size_t open) const {
  if (!dashed(open)) return open;
  size_t first = open;
  while (first > position_ && (text_[first - 1] == ' ' || text_[first - 1] == '\t')) --first;
  return first == position_ || text_[first - 1] == '\n' ? first : open;
}

// The tag that starts at `open`. Returns its code if it is unclosed: that becomes text.
std::string Compiler::read_tag(size_t open) {
  const auto kind = at(open, "<%=") ? TagKind::output : at(open, "<%#") ? TagKind::comment : TagKind::code;
  const size_t first = position_ = open + (kind != TagKind::code || dashed(open) ? 3 : 2);
  std::string code;
  for (size_t close = 0; (close = text_.find("%>", position_)) != std::string_view::npos;) {
    const char last = close > position_ ? text_[close - 1] : '\0';
    const bool trims = last == '-' && mode_ == TrimMode::dashes;
    code += take_until(close - (trims || last == '%' ? 1 : 0));
    position_ = close + 2;
    if (last == '%') {  // %%> stands for %>
      code += "%>";
      continue;
    }
    put_code(kind, std::move(code));
    if (trims) trim_line_end();
    return "";
  }
  source_.unclosed_line = 1 + static_cast<int>(line_ends_of(text_.substr(0, first)).size());
  return code + take_until(text_.size());
}

void Compiler::trim_line_end() {
  const size_t line_end = at(position_, "\r\n") ? 2 : at(position_, "\n") ? 1 : 0;
  if (line_end > 0 || position_ == text_.size()) end_line();
  position_ += line_end;
}

void Compiler::put_text(std::string text) {
  if (text.empty()) return;
  separate();
  source_.code += Source::text_mark + std::to_string(source_.texts.size()) + ";" + line_ends_of(text);
  source_.texts.push_back(std::move(text));
}

void Compiler::put_code(TagKind kind, std::string code) {
  if (kind == TagKind::comment) {  // only its line ends matter
    source_.code += line_ends_of(code);
    return;
  }
  if (code.find_first_of(std::string_view("\x00\x01\x02", 3)) != std::string::npos)
    throw NotUnderstood(source_.code.size(), "control characters in code");
  const bool ends_line = kind == TagKind::code && code.ends_with('\n');
  if (ends_line) code.pop_back();
  separate();
  if (kind == TagKind::output) source_.code += std::string(1, Source::output_mark) + "((";
  source_.tags.push_back({source_.code.size(), source_.code.size() + code.size()});
  source_.code += code;
  if (kind == TagKind::output) source_.code += "))";
  if (ends_line) end_line();
}

}  // namespace

Source compile(std::string_view text, TrimMode mode) { return Compiler(text, mode).run(); }

int Source::line_of(size_t position) const {
  return 1 + static_cast<int>(std::ranges::count(std::string_view(code).substr(0, position), '\n'));
}

std::string Source::tag_at(size_t position) const {
  constexpr size_t enough = 100;
  const auto tag = std::ranges::find_if(
      tags, [&](const Tag& one) { return position >= one.begin && position <= one.end; });
  if (tag == tags.end()) return "";
  std::istringstream words(code.substr(tag->begin, tag->end - tag->begin));
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return shortened(text, enough);
}

const Program& Sources::read(std::string_view text) { return add({}, text); }

const Program& Sources::read(std::string_view text, const InnerTemplate& inner) {
  Part part;
  part.first = parts_.back().first + parts_.back().source.code.size() + 1;
  part.inner = inner;
  return add(std::move(part), text);
}

const Program& Sources::add(Part made, std::string_view text) {
  Part& part = parts_.emplace_back(std::move(made));
  try {
    const InnerTemplate inner = part.inner.value_or(InnerTemplate{.trim_mode = TrimMode::dashes});
    // A nested template may be rendered many times; it was checked together with the outermost one.
    const int levels = part.inner ? 0 : Limits::max_checked_levels;
    part.program = read_program(part.source, text, inner.trim_mode, inner.locals, levels);
  } catch (const NotUnderstood& error) {
    throw NotUnderstood(part.first + error.position, error.what());
  }
  for (Node& node : part.program.nodes) node.position += part.first;
  return part.program;
}

Place Sources::place_of(size_t position) const {
  const auto next = std::ranges::find_if(parts_, [&](const Part& part) { return part.first > position; });
  const Part& part = *(next - 1);
  const size_t own = position - part.first;
  Place place{file_, part.source.line_of(own), part.source.tag_at(own), ""};
  if (!part.inner) return place;
  const Place outer = place_of(part.inner->evaluated_at);
  if (part.inner->file.empty()) {
    place.note =
        " (line " + std::to_string(place.line) + " of the ERB template evaluated there)" + outer.note;
    place.file = outer.file;
    place.line = outer.line;
  } else {
    place.file = part.inner->file;
    place.note = " (evaluated at " + outer.file + ":" + std::to_string(outer.line) + ")";
  }
  return place;
}

}  // namespace kamal::erb
