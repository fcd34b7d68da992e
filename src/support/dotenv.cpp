#include "kamal/support/dotenv.h"

#include <algorithm>

namespace kamal::dotenv {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

std::string with_line_feeds(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string converted;
  converted.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    converted += text[i] == '\r' ? '\n' : text[i];
  }
  return converted;
}

// The gem describes an assignment by one regular expression. White space in it may be line ends as well, and
// where a quoted value fails (its closing quote is followed by more) it falls back to an unquoted one: the
// functions here follow its alternatives in its order.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  File read() {
    File file;
    for (size_t at = skip_space(0); at < text_.size(); at = skip_space(after_line(at))) {
      if (auto found = assignment(at)) {
        found->parsed.line = line_of(at);
        file.assignments.push_back(std::move(found->parsed));
        at = found->end;
      } else if (text_[at] != '#') {
        file.ignored_lines.push_back(line_of(at));
      }
    }
    return file;
  }

 private:
  struct Found {
    Assignment parsed;
    size_t end;
  };

  std::optional<Found> assignment(size_t at) const {
    constexpr std::string_view keyword = "export";
    const size_t behind = at + keyword.size();
    if (text_.substr(at).starts_with(keyword) && is_space_at(behind)) {
      if (auto found = named(skip_space(behind))) {
        found->parsed.exported = true;
        return found;
      }
    }
    return named(at);
  }

  std::optional<Found> named(size_t at) const {
    size_t end = at;
    while (end < text_.size() && is_name(text_[end])) ++end;
    if (end == at) return std::nullopt;
    Found found{{0, std::string(text_.substr(at, end - at)), std::nullopt, false}, end};
    const size_t next = skip_space(end);
    if (next < text_.size() && text_[next] == '=') {
      read_value(next + 1, found);
    } else if (end < text_.size() && text_[end] == ':' && is_space_at(end + 1)) {
      read_value(end + 2, found);
    } else if (const auto rest = rest_of_line(end)) {
      found.end = *rest;
    } else {
      return std::nullopt;
    }
    return found;
  }

  void read_value(size_t at, Found& found) const {
    if (const auto end = quoted(skip_space(at))) {
      found.parsed.value = text_.substr(at, *end - at);
      found.end = *rest_of_line(*end);
      return;
    }
    const size_t end = std::min(text_.find_first_of("#\n", at), text_.size());
    if (end > at) found.parsed.value = text_.substr(at, end - at);
    found.end = *rest_of_line(end);
  }

  // Where a quoted text that starts at `at` and is all there is ends: at the first quote without a backslash,
  // else at the last one with one.
  std::optional<size_t> quoted(size_t at) const {
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return std::nullopt;
    const char quote = text_[at];
    std::vector<size_t> escaped;
    size_t end = at + 1;
    for (; end < text_.size() && text_[end] != quote; ++end) {
      if (text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] == quote) escaped.push_back(++end);
    }
    if (end < text_.size() && rest_of_line(end + 1)) return end + 1;
    const auto last = std::find_if(escaped.rbegin(), escaped.rend(),
                                   [this](size_t close) { return rest_of_line(close + 1).has_value(); });
    return last == escaped.rend() ? std::nullopt : std::optional(*last + 1);
  }

  // The end of white space and a comment behind `at`; nothing when there is more on the line.
  std::optional<size_t> rest_of_line(size_t at) const {
    const size_t next = skip_space(at);
    if (next == text_.size()) return next;
    if (text_[next] == '#') return std::min(text_.find('\n', next), text_.size());
    const size_t line_end = text_.substr(at, next - at).rfind('\n');
    if (line_end == std::string_view::npos) return std::nullopt;
    return at + line_end;
  }

  bool is_space_at(size_t at) const { return at < text_.size() && is_space(text_[at]); }

  size_t skip_space(size_t at) const {
    while (is_space_at(at)) ++at;
    return at;
  }

  size_t after_line(size_t at) const {
    const size_t end = text_.find('\n', at);
    return end == std::string_view::npos ? text_.size() : end + 1;
  }

  int line_of(size_t at) {
    const auto from = text_.begin() + static_cast<std::ptrdiff_t>(counted_to_);
    line_ += static_cast<int>(std::count(from, text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted_to_ = at;
    return line_;
  }

  std::string_view text_;
  size_t counted_to_ = 0;
  int line_ = 1;
};

}  // namespace

File read(std::string_view text) {
  const std::string converted = with_line_feeds(text);
  return Reader(converted).read();
}

}  // namespace kamal::dotenv
