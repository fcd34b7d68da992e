#include "kamal/support/dotenv_value.h"

#include "kamal/support/strings.h"

namespace kamal::dotenv {
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
  // Doubled, to come out of unescape() as they were.
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

// For each opening parenthesis the one that closes it, in one pass. A pair with nothing in it and a backslash
// before a line end are nothing that the reference's pattern for commands takes: what is open there stays so.
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

class PartList {
 public:
  void add_text(std::string_view text) {
    if (text.empty()) return;
    if (parts_.empty() || parts_.back().kind != Part::Kind::text) parts_.push_back({Part::Kind::text, ""});
    parts_.back().text += text;
  }
  void add_command(std::string_view text) { parts_.push_back({Part::Kind::command, std::string(text)}); }
  std::vector<Part> take() { return std::move(parts_); }

 private:
  std::vector<Part> parts_;
};

std::vector<Part> split_commands(std::string_view text) {
  const std::vector<size_t> closing = closing_parentheses(text);
  PartList parts;
  size_t done = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '$' || text[i + 1] != '(' || closing[i + 1] == none) continue;
    const size_t end = closing[i + 1];
    const bool escaped = i > done && text[i - 1] == '\\';
    parts.add_text(text.substr(done, i - done - (escaped ? 1 : 0)));
    if (escaped) {
      parts.add_text(text.substr(i, end - i + 1));
    } else {
      parts.add_command(text.substr(i + 2, end - i - 2));
    }
    done = end + 1;
    i = end;
  }
  parts.add_text(text.substr(done));
  return parts.take();
}

bool is_variable_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::vector<Part> parts_of_value(std::string_view written, Escapes escapes) {
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
    while (end < text.size() && is_variable_name(text[end])) ++end;
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
