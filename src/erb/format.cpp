// Ruby's format: %s, %d, %f and the like, with flags, width and precision.
#include <cmath>
#include <cstdio>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr int max_width = 10'000;

struct Directive {
  std::string flags;
  int width = 0;
  int precision = -1;
  char type = '\0';
};

bool is_one_of(char c, std::string_view list) { return list.find(c) != std::string_view::npos; }

int take_number(const Call& call, std::string_view& rest) {
  int value = 0;
  for (; !rest.empty() && is_digit(rest[0]); rest.remove_prefix(1)) {
    value = value * 10 + (rest[0] - '0');
    if (value > max_width) call.beyond("format of this width");
  }
  return value;
}

// What follows a %, which is taken off.
Directive take_directive(const Call& call, std::string_view& rest) {
  Directive made;
  for (; !rest.empty() && is_one_of(rest[0], "-+ 0"); rest.remove_prefix(1)) made.flags += rest[0];
  made.width = take_number(call, rest);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    made.precision = take_number(call, rest);
  }
  if (rest.empty()) call.raise("ArgumentError", "incomplete format specifier; use %% (double %) instead");
  made.type = rest[0];
  rest.remove_prefix(1);
  return made;
}

std::string text(const Call& call, const Directive& directive, const Value& value) {
  std::string text = call.in.to_s(value);
  if (directive.precision >= 0) text = std::string(substring(text, 0, directive.precision));
  const int64_t missing = directive.width - length(text);
  const std::string blanks(static_cast<size_t>(std::max<int64_t>(missing, 0)), ' ');
  return is_one_of('-', directive.flags) ? text + blanks : blanks + text;
}

// By C's printf, which shows numbers as Ruby does.
template <class Number>
std::string number_text(const Directive& directive, const std::string& type, Number value) {
  std::string text(static_cast<size_t>(directive.width + std::max(directive.precision, 0)) + 400, '\0');
  const std::string pattern = "%" + directive.flags + "*.*" + type;
  const int size =
      std::snprintf(text.data(), text.size(), pattern.c_str(), directive.width, directive.precision, value);
  text.resize(static_cast<size_t>(std::max(size, 0)));
  return text;
}

std::string directive_text(const Call& call, const Directive& directive, const Value& value) {
  const std::string type(1, directive.type);
  if (directive.type == 's') return text(call, directive, value);
  if (is_one_of(directive.type, "di"))
    return number_text(directive, "ld", std::get<int64_t>(call.in.call_function("Integer", {value})));
  if (!is_one_of(directive.type, "feg")) call.beyond("%" + type + " in a format");
  const auto floating = std::get<double>(call.in.call_function("Float", {value}));
  if (!std::isfinite(floating)) call.beyond("format of " + call.in.to_s(floating));
  return number_text(directive, type, floating);
}

}  // namespace

std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values) {
  std::string result;
  size_t used = 0;
  while (true) {
    const size_t percent = std::min(pattern.find('%'), pattern.size());
    result += pattern.substr(0, percent);
    if (percent == pattern.size()) return result;
    pattern.remove_prefix(percent + 1);
    if (pattern.starts_with('%')) {
      pattern.remove_prefix(1);
      result += '%';
      continue;
    }
    const Directive directive = take_directive(call, pattern);
    if (is_one_of(directive.type, "<{")) call.beyond("format with names");
    if (used == values.size()) call.raise("ArgumentError", "too few arguments");
    const std::string one = directive_text(call, directive, values[used++]);
    call.limits().allocate(one.size());
    result += one;
  }
}

}  // namespace kamal::erb
