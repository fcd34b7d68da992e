// Regular expressions and matches as values.
#include "erb/regexp.h"

#include "erb/interpreter.h"
#include "kamal/support/encoding.h"

namespace kamal::erb {
namespace {

std::optional<MatchData::Groups> groups_of(Interpreter& in, const Value& pattern, const std::string& text,
                                           size_t start) {
  if (start > text.size()) return std::nullopt;
  if (const auto* regexp = as<Regexp>(pattern)) return regexp->pattern->search(text, start, in.limits());
  const auto* plain = as<String>(pattern);
  if (plain == nullptr)
    in.raise("TypeError", "wrong argument type " + class_name(pattern) + " (expected Regexp)");
  in.limits().step((text.size() - start) / 1024);
  const size_t at = text.find(plain->text, start);
  if (at == std::string::npos) return std::nullopt;
  return MatchData::Groups{std::pair(at, at + plain->text.size())};
}

const MatchData& match_of(const Call& c) { return *as<MatchData>(c.self); }

Value group_at(const Call& c, const MatchData& match, size_t index) {
  const auto group = match.group(index);
  return group ? c.string(*group) : Value();
}

size_t group_number(const MatchData& match, const std::string& name) {
  return match.pattern ? match.pattern->group_number(name) : 0;
}

Value group(Call& c) {
  if (kind_of(c.args[0]) == Kind::integer) {
    const int64_t index = c.integer_arg(0);
    const auto size = static_cast<int64_t>(match_of(c).groups.size());
    return group_at(c, match_of(c), static_cast<size_t>(index < 0 ? index + size : index));
  }
  const std::string name = c.in.to_s(c.args[0]);
  const size_t number = group_number(match_of(c), name);
  if (number == 0) c.raise("IndexError", "undefined group name reference: " + name);
  return group_at(c, match_of(c), number);
}

}  // namespace

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options) {
  in.limits().allocate(1024 + 16 * source.size());  // about what PCRE2 makes of it
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

const String* subject_of(Interpreter& in, const Value& pattern, const std::string& text) {
  if (as<Regexp>(pattern) && !is_utf8(text)) in.raise("ArgumentError", "invalid byte sequence in UTF-8");
  return as<String>(in.heap().string(text));
}

MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start) {
  auto groups = groups_of(in, pattern, subject->text, start);
  if (!groups) return nullptr;
  auto* match = in.heap().make<MatchData>();
  in.limits().allocate(groups->size() * sizeof(MatchData::Groups::value_type));
  match->subject = subject;
  match->groups = std::move(*groups);
  if (const auto* regexp = as<Regexp>(pattern)) match->pattern = regexp->pattern.get();
  return match;
}

Value groups_of_match(const Call& c, const MatchData& match, size_t first) {
  std::vector<Value> list;
  for (size_t i = first; i < match.groups.size(); ++i) list.push_back(group_at(c, match, i));
  return c.array(std::move(list));
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
      const size_t number = group_number(match, std::string(replacement.substr(i + 3, end - i - 3)));
      if (number > 0) text += match.group(number).value_or("");
      i = end;
    } else {
      text += c;
    }
  }
  return text;
}

const Methods& regexp_methods() {
  static constexpr auto on_text = [](Call& c) -> Value {
    if (kind_of(c.args[0]) == Kind::nil) return c.name == "match?" ? Value(false) : Value();
    return c.in.call(c.string(c.string_arg(0)), c.name, {c.self});
  };
  static constexpr auto case_equal = [](Call& c) -> Value {
    if (!as<String>(c.args[0])) return false;
    return kind_of(c.in.call(c.args[0], "=~", {c.self})) != Kind::nil;
  };
  static const Methods methods = {
      {"Regexp#===", 1, 1, case_equal},
      {"Regexp#=~", 1, 1, on_text},
      {"Regexp#match", 1, 1, on_text},
      {"Regexp#match?", 1, 1, on_text},
      {"MatchData#[]", 1, 1, group},
      {"MatchData#captures", 0, 0, [](Call& c) { return groups_of_match(c, match_of(c), 1); }},
      {"MatchData#to_a", 0, 0, [](Call& c) { return groups_of_match(c, match_of(c), 0); }},
  };
  return methods;
}

}  // namespace kamal::erb
