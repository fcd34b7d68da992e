#include "kamal/support/dotenv.h"

#include <algorithm>
#include <utility>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal::dotenv {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_name(char c) { return is_alphanumeric(c, "_."); }

std::string with_line_feeds(std::string_view text) {
  return replace_all(replace_all(without_byte_order_mark(text), "\r\n", "\n"), "\r", "\n");
}

// The gem matches an assignment with one regular expression. Its whitespace includes line ends, and if a
// quoted value does not match (its closing quote is followed by more), it falls back to an unquoted one. The
// functions here try its alternatives in its order.
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
    const size_t next = at + keyword.size();
    if (text_.substr(at).starts_with(keyword) && is_space_at(next)) {
      if (auto found = named(skip_space(next))) {
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

  // The end of the quoted text that starts at `at` and fills the line: the first quote without a backslash,
  // else the last one with one.
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

  // The end of whitespace and a comment after `at`; nothing if more follows on the line.
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

namespace {

constexpr size_t none = std::string_view::npos;

struct Unquoted {
  std::string text;
  char quote = 0;
};

Unquoted unquote(std::string_view written) {
  std::string text = strip(written);
  const bool quoted = text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
  if (!quoted) return {std::move(text), 0};
  return {text.substr(1, text.size() - 2), text[0]};
}

std::string resolve_line_breaks(std::string_view text, Escapes escapes) {
  if (escapes == Escapes::line_breaks) return replace_all(replace_all(text, "\\n", "\n"), "\\r", "\r");
  // Doubled, so that unescape() restores them.
  return replace_all(replace_all(text, "\\n", "\\\\n"), "\\r", "\\\\r");
}

// Without the backslash before anything but a dollar sign.
std::string unescape(std::string_view text) {
  std::string unescaped;
  unescaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '$';
    if (escapes) ++i;
    unescaped += text[i];
  }
  return unescaped;
}

// Maps each opening parenthesis to its closing one, in one pass. Kamal's pattern for commands matches neither
// an empty pair nor a backslash before a line end: what is open there stays open.
std::vector<size_t> closing_parentheses(std::string_view text) {
  std::vector<size_t> closing(text.size(), none);
  std::vector<size_t> open;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || text[i] == '\n') open.clear();
    } else if (text[i] == '(') {
      open.push_back(i);
    } else if (text[i] == ')' && !open.empty()) {
      if (open.back() + 1 == i) {
        open.clear();
      } else {
        closing[open.back()] = i;
        open.pop_back();
      }
    }
  }
  return closing;
}

std::vector<Part> split_commands(std::string_view text) {
  const std::vector<size_t> closing = closing_parentheses(text);
  std::vector<Part> parts;
  std::string before;  // the next command
  const auto add_text = [&] {
    if (!before.empty()) parts.push_back({Part::Kind::text, std::exchange(before, {})});
  };
  size_t done = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '$' || text[i + 1] != '(' || closing[i + 1] == none) continue;
    const size_t end = closing[i + 1];
    const bool escaped = i > done && text[i - 1] == '\\';
    before += text.substr(done, i - done - (escaped ? 1 : 0));
    if (escaped) {
      before += text.substr(i, end - i + 1);
    } else {
      add_text();
      parts.push_back({Part::Kind::command, std::string(text.substr(i + 2, end - i - 2))});
    }
    done = end + 1;
    i = end;
  }
  before += text.substr(done);
  add_text();
  return parts;
}

}  // namespace

std::vector<Part> parse_value(std::string_view written, Escapes escapes) {
  Unquoted value = unquote(written);
  if (value.quote == '\'') return {{Part::Kind::literal, std::move(value.text)}};
  if (value.quote == '"') value.text = resolve_line_breaks(value.text, escapes);
  return split_commands(unescape(value.text));
}

std::string expand_variables(std::string_view text,
                             const std::function<std::string(const Reference&)>& value_of) {
  std::string expanded;
  size_t at = 0;
  const auto is = [&](size_t i, char c) { return i < text.size() && text[i] == c; };
  while (at < text.size()) {
    const bool escaped = text[at] == '\\' && is(at + 1, '$');
    const size_t dollar = escaped ? at + 1 : at;
    if (!is(dollar, '$') || is(dollar + 1, '(')) {
      expanded += text[at++];
      continue;
    }
    size_t end = dollar + 1;
    const bool opened = is(end, '{');
    if (opened) ++end;
    const size_t name = end;
    while (end < text.size() && is_name_character(text[end])) ++end;
    const size_t name_end = end;
    if (is(end, '}')) ++end;
    if (escaped || name == name_end) {
      expanded += text.substr(dollar, end - dollar);
    } else {
      expanded += value_of({std::string(text.substr(name, name_end - name)), opened && end == name_end});
    }
    at = end;
  }
  return expanded;
}

}  // namespace kamal::dotenv
