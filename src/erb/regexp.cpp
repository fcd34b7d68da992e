#include "erb/regexp.h"

#include "erb/interpreter.h"
#include "erb/pattern.h"
#include "erb/pattern_syntax.h"
#include "kamal/support/utf8.h"

namespace kamal::erb {
namespace {

std::optional<Pattern::Groups> groups_of(Interpreter& in, const Value& pattern, const std::string& text,
                                         size_t start) {
  if (start > text.size()) return std::nullopt;
  if (const auto* regexp = as<Regexp>(pattern)) return regexp->pattern->search(text, start, in.limits());
  const auto* plain = as<String>(pattern);
  if (plain == nullptr)
    in.raise("TypeError", "wrong argument type " + class_name(pattern) + " (expected Regexp)");
  in.limits().step((text.size() - start) / 1024);
  const size_t at = text.find(plain->text, start);
  if (at == std::string::npos) return std::nullopt;
  return Pattern::Groups{std::pair(at, at + plain->text.size())};
}

void check_encoding(Interpreter& in, const Value& pattern, const std::string& text) {
  if (as<Regexp>(pattern) && !is_utf8(text)) in.raise("ArgumentError", "invalid byte sequence in UTF-8");
}

}  // namespace

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options) {
  auto* regexp = in.heap().make<Regexp>();
  regexp->source = source;
  regexp->options = options;
  try {
    regexp->pattern = std::make_shared<const Pattern>(source, options);
  } catch (const PatternError& error) {
    in.beyond(error.what());
  }
  return regexp;
}

std::string escape_regexp(std::string_view text) {
  constexpr std::string_view special = "[]{}()|-*.\\?+^$#";
  constexpr std::string_view blanks = " \t\n\r\f\v";
  constexpr std::string_view names = " tnrfv";
  std::string result;
  for (const char c : text) {
    const size_t blank = blanks.find(c);
    if (special.find(c) != std::string_view::npos || blank != std::string_view::npos) result += '\\';
    result += blank == std::string_view::npos ? c : names[blank];
  }
  return result;
}

const String* subject_of(Interpreter& in, const Value& pattern, const std::string& text) {
  check_encoding(in, pattern, text);
  return as<String>(in.heap().string(text));
}

MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start) {
  const auto groups = groups_of(in, pattern, subject->text, start);
  if (!groups) return nullptr;
  auto* match = in.heap().make<MatchData>();
  in.limits().allocate(groups->size() * sizeof(Pattern::Groups::value_type));
  match->subject = subject;
  match->groups = *groups;
  if (const auto* regexp = as<Regexp>(pattern)) match->names = regexp->pattern->names();
  return match;
}

std::optional<std::pair<size_t, size_t>> find_match(Interpreter& in, const Value& pattern,
                                                    const std::string& text, size_t start) {
  check_encoding(in, pattern, text);
  const auto groups = groups_of(in, pattern, text, start);
  return groups ? groups->front() : std::nullopt;
}

std::string expand_replacement(std::string_view replacement, const MatchData& match) {
  std::string text;
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c != '\\' || next == '\0') {
      text += c;
    } else if (next >= '0' && next <= '9') {
      text += match.group(static_cast<size_t>(next - '0')).value_or("");
      ++i;
    } else if (next == '&' || next == '\\') {
      text += next == '&' ? match.group(0).value_or("") : "\\";
      ++i;
    } else if (const size_t end = replacement.find('>', i);
               replacement.substr(i + 1, 2) == "k<" && end != std::string_view::npos) {
      for (const auto& [name, index] : match.names) {
        if (name == replacement.substr(i + 3, end - i - 3)) text += match.group(index).value_or("");
      }
      i = end;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace kamal::erb
