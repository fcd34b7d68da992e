#include "erb/pattern_syntax.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

// \d, \s and \w are ASCII in both; names of classes and \b count all letters in Ruby.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> classes = {{
    {"alpha", "\\p{L}\\p{M}"},
    {"alnum", "\\p{L}\\p{M}\\p{N}"},
    {"ascii", "\\x00-\\x7f"},
    {"blank", "\\t\\p{Zs}"},
    {"cntrl", "\\p{Cc}"},
    {"digit", "\\p{Nd}"},
    {"lower", "\\p{Ll}"},
    {"punct", "\\p{P}$+<=>^`|~"},
    {"space", "\\s\\x85\\p{Z}"},
    {"upper", "\\p{Lu}"},
    {"word", "\\p{L}\\p{M}\\p{N}\\p{Pc}"},
    {"xdigit", "0-9A-Fa-f"},
}};
constexpr std::string_view word = "[\\p{L}\\p{M}\\p{N}\\p{Pc}]";

class Translator {
 public:
  Translator(std::string_view source, std::string_view options) : source_(source) {
    if (options.find_first_not_of("imxu") != std::string_view::npos)
      throw PatternError("this option of a regular expression");
    spaced_ = {options.find('x') != std::string_view::npos};
    has_names_ = names_groups();
    std::string flags;
    if (options.find('i') != std::string_view::npos) flags += 'i';
    if (options.find('m') != std::string_view::npos) flags += 's';
    if (spaced_.back()) flags += 'x';
    if (!flags.empty()) text_ = "(?" + flags + ")";
  }

  PatternSyntax run() {
    while (!done()) item();
    return {std::move(text_), has_names_};
  }

 private:
  bool done() const { return at_ >= source_.size(); }
  char peek(size_t offset = 0) const { return at_ + offset < source_.size() ? source_[at_ + offset] : '\0'; }
  bool follows(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  void copy(size_t count) {
    text_ += source_.substr(at_, count);
    at_ += count;
  }

  bool names_groups() const {
    for (size_t at = source_.find("(?<"); at != std::string_view::npos; at = source_.find("(?<", at + 3)) {
      const char next = at + 3 < source_.size() ? source_[at + 3] : '\0';
      if (next != '=' && next != '!') return true;
    }
    return false;
  }

  void item();
  void group();
  void flags();
  void counts();
  void escape();
  void unicode();
  void property();
  void reference();
  void set();
  void set_escape();
  void named_class();

  std::string_view source_;
  size_t at_ = 0;
  std::string text_;
  bool has_names_ = false;
  std::vector<bool> spaced_;  // does x hold, in each of the groups around?
};

void Translator::item() {
  const char c = peek();
  if (c == '\\') return escape();
  if (c == '[') return set();
  if (c == '(') return group();
  if (c == '{') return counts();
  if (c == '#' && spaced_.back()) {
    at_ = std::min(source_.find('\n', at_), source_.size());
    return;
  }
  if (c == ')') {
    if (spaced_.size() == 1) throw PatternError("an unmatched )");
    spaced_.pop_back();
  }
  copy(1);
}

void Translator::group() {
  if (follows("(?#")) throw PatternError("a comment in a regular expression");
  if (!follows("(?")) {
    if (peek(1) == '*') throw PatternError("a repetition of nothing");
    spaced_.push_back(spaced_.back());
    return copy(1);
  }
  for (const std::string_view known : {"(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"}) {
    if (!follows(known)) continue;
    spaced_.push_back(spaced_.back());
    return copy(known.size());
  }
  if (!follows("(?<")) return flags();
  spaced_.push_back(spaced_.back());
  const size_t end = source_.find('>', at_);
  const std::string_view name = source_.substr(at_ + 3, end == std::string_view::npos ? 0 : end - at_ - 3);
  const bool plain = !name.empty() && !is_digit(name[0]) &&
                     std::all_of(name.begin(), name.end(),
                                 [](char one) { return is_letter(one) || is_digit(one) || one == '_'; });
  if (!plain) throw PatternError("this name of a group");
  copy(end + 1 - at_);
}

// (?mi-x: and (?mi-x). Without the colon, PCRE2 applies them to the following alternatives too, while Ruby
// groups those into one: the two agree only at the start of a group.
void Translator::flags() {
  const bool starts = at_ == 0 || (source_[at_ - 1] == '(' && (at_ < 2 || source_[at_ - 2] != '\\'));
  const size_t end = std::min(source_.find_first_not_of("mix-", at_ + 2), source_.size());
  const char next = end < source_.size() ? source_[end] : '\0';
  std::string flags(source_.substr(at_ + 2, end - at_ - 2));
  if ((next != ':' && next != ')') || std::count(flags.begin(), flags.end(), '-') > 1)
    throw PatternError("this kind of group");
  if (next == ')' && !starts) throw PatternError("flags in the middle of a regular expression");
  if (const size_t x = flags.find('x'); x != std::string::npos) {
    const bool on = x < flags.find('-');
    if (next == ':')
      spaced_.push_back(on);
    else
      spaced_.back() = on;
  } else if (next == ':') {
    spaced_.push_back(spaced_.back());
  }
  std::replace(flags.begin(), flags.end(), 'm', 's');
  text_ += "(?" + flags + next;
  at_ = end + 1;
}

// {2}, {2,}, {,3} or {2,3}; the brace stands for itself otherwise.
void Translator::counts() {
  size_t end = at_ + 1;
  while (end < source_.size() && (is_digit(source_[end]) || source_[end] == ',')) ++end;
  const std::string_view inner = source_.substr(at_ + 1, end - at_ - 1);
  const bool counts = end < source_.size() && source_[end] == '}' &&
                      inner.find_first_not_of(',') != std::string_view::npos &&
                      std::count(inner.begin(), inner.end(), ',') <= 1;
  if (!counts) {
    text_ += "\\{";
    ++at_;
    return;
  }
  const char next = end + 1 < source_.size() ? source_[end + 1] : '\0';
  const bool exact = inner.find(',') == std::string_view::npos;
  if (next == '+' || (next == '?' && exact)) throw PatternError("a repetition of a repetition");
  text_ += (inner[0] == ',' ? "{0" : "{") + std::string(inner) + "}";
  at_ = end + 1;
}

void Translator::escape() {
  const char c = peek(1);
  switch (c) {
    case '\0':
      throw PatternError("a lone backslash");
    case 'h':
      text_ += "[0-9a-fA-F]";
      break;
    case 'H':
      text_ += "[^0-9a-fA-F]";
      break;
    case 'b':
      text_ += "(?:(?<=" + std::string(word) + ")(?!" + std::string(word) + ")|(?<!" + std::string(word) +
               ")(?=" + std::string(word) + "))";
      break;
    case 'B':
      text_ += "(?:(?<=" + std::string(word) + ")(?=" + std::string(word) + ")|(?<!" + std::string(word) +
               ")(?!" + std::string(word) + "))";
      break;
    case 'v':
      text_ += "\\x0b";
      break;
    case 'u':
      return unicode();
    case 'p':
    case 'P':
      return property();
    case 'k':
      return reference();
    default: {
      if (is_letter(c) && std::string_view("dDwWsSAzZntrfaexRK").find(c) == std::string_view::npos)
        throw PatternError("\\" + std::string(1, c) + " in a regular expression");
      if (is_digit(c) && c != '0' && (has_names_ || is_digit(peek(2))))
        throw PatternError("this reference to a group");
      if (c == 'x' && (peek(2) == '{' || peek(2) >= '8')) throw PatternError("this kind of escape");
      return copy(2);
    }
  }
  at_ += 2;
}

// \u00e9, \u{e9} and \u{61 62}
void Translator::unicode() {
  const bool braced = peek(2) == '{';
  const size_t first = std::min(at_ + (braced ? 3 : 2), source_.size());
  const size_t end = braced ? std::min(source_.find('}', first), source_.size()) : first + 4;
  std::string digits(source_.substr(first, end - first));
  const std::string_view allowed = braced ? "0123456789abcdefABCDEF " : "0123456789abcdefABCDEF";
  if (digits.empty() || digits.find_first_not_of(allowed) != std::string::npos)
    throw PatternError("this kind of escape");
  for (const std::string& one : split(digits, ' ')) {
    if (!one.empty()) text_ += "\\x{" + one + "}";
  }
  at_ = end + (braced ? 1 : 0);
}

// Of Unicode's general categories only: L, Lu, Nd ...
void Translator::property() {
  const size_t end = source_.find('}', at_);
  const bool category = peek(2) == '{' && end != std::string_view::npos && end - at_ - 3 <= 2 &&
                        end - at_ > 3 && peek(3) >= 'A' && peek(3) <= 'Z';
  if (!category) throw PatternError("this property of characters");
  copy(end + 1 - at_);
}

void Translator::reference() {
  const size_t end = source_.find('>', at_);
  if (peek(2) != '<' || end == std::string_view::npos || !(is_letter(peek(3)) || peek(3) == '_'))
    throw PatternError("this reference to a group");
  copy(end + 1 - at_);
}

void Translator::set() {
  copy(1);
  if (peek() == '^') copy(1);
  for (bool first = true; first || peek() != ']'; first = false) {
    if (done()) throw PatternError("a set without an end");
    if (follows("[:"))
      named_class();
    else if (peek() == '[' || follows("&&"))
      throw PatternError("a set in a set");
    else if (peek() == '\\')
      set_escape();
    else if ((peek() == ' ' || peek() == '#') && spaced_.back())
      text_ += '\\', copy(1);
    else
      copy(1);
  }
  copy(1);
}

void Translator::set_escape() {
  if (peek(1) == 'h') {
    text_ += "0-9a-fA-F";
    at_ += 2;
  } else if (peek(1) == 'b') {
    copy(2);
  } else if (peek(1) != '\0' &&
             std::string_view("HBAzZRKk123456789").find(peek(1)) != std::string_view::npos) {
    throw PatternError("\\" + std::string(1, peek(1)) + " in a set");
  } else {
    escape();
  }
}

void Translator::named_class() {
  const size_t end = source_.find(":]", at_);
  if (end == std::string_view::npos) throw PatternError("a set without an end");
  const std::string_view name = source_.substr(at_ + 2, end - at_ - 2);
  const auto* const known =
      std::find_if(classes.begin(), classes.end(), [&](const auto& one) { return one.first == name; });
  if (known == classes.end()) throw PatternError("this class of characters");
  text_ += known->second;
  at_ = end + 2;
}

}  // namespace

PatternSyntax translate_pattern(std::string_view source, std::string_view options) {
  return Translator(source, options).run();
}

}  // namespace kamal::erb
