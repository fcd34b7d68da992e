// Names of things: ActiveSupport's inflections that need no dictionary, and words of a shell.
#include <algorithm>

#include "erb/interpreter.h"
#include "erb/text.h"
#include "kamal/support/shellwords.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Does a word start at `at`, as the B of fooBar and of HTMLBar?
bool word_starts(std::string_view text, size_t at) {
  if (at == 0 || !is_upper(text[at])) return false;
  const char before = text[at - 1];
  if (is_lower(before) || is_digit(before)) return true;
  return is_upper(before) && at + 1 < text.size() && is_lower(text[at + 1]);
}

Value underscored(Call& c) {
  const std::string text = replace_all(c.str(), "::", "/");
  std::string words;
  for (size_t i = 0; i < text.size(); ++i) {
    if (word_starts(text, i)) words += '_';
    words += text[i] == '-' ? '_' : text[i];
  }
  return c.string(downcase(words));
}

std::string capitalized(std::string_view word) {
  return upcase(word.substr(0, 1)) + downcase(word.substr(std::min<size_t>(1, word.size())));
}

// The letters and digits at `at`; at the start of the text, lowercase ones only.
std::string_view word_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() &&
         (is_lower(text[end]) || is_digit(text[end]) || (at > 0 && is_upper(text[end])))) {
    ++end;
  }
  return text.substr(at, end - at);
}

Value camelized(Call& c) {
  if (c.count() > 0) c.beyond("camelize with an argument");
  const std::string& text = c.str();
  const std::string_view first = word_at(text, 0);
  std::string result = capitalized(first);
  for (size_t at = first.size(); at < text.size();) {
    if (text[at] != '_' && text[at] != '/') {
      result += text[at++];
      continue;
    }
    if (text[at] == '/') result += "::";
    const std::string_view word = word_at(text, at + 1);
    result += capitalized(word);
    at += 1 + word.size();
  }
  return c.string(std::move(result));
}

}  // namespace

const Methods& string_name_methods() {
  static const Methods methods = {
      {"underscore", 0, 0, underscored},
      {"dasherize", 0, 0, [](Call& c) { return c.string(replace_all(c.str(), "_", "-")); }},
      {"camelize", 0, 1, camelized},
      {"camelcase", 0, 1, camelized},
      {"shellescape", 0, 0, [](Call& c) { return c.string(shellwords_escape(c.str())); }},
  };
  return methods;
}

}  // namespace kamal::erb
