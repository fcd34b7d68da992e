// Methods of strings and symbols. Those that search are in string_search.cpp.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

Value repeated(Call& c) {
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "argument must be non-negative");
  const auto repeats = static_cast<size_t>(std::min<int64_t>(count, int64_t{1} << 40));
  const bool fits = repeats == 0 || c.str().size() <= Limits::max_bytes / repeats;
  c.limits().allocate(fits ? c.str().size() * repeats : Limits::max_bytes + 1);
  std::string text;
  for (size_t i = 0; i < repeats && !c.str().empty(); ++i) text += c.str();
  return c.string(std::move(text));
}

Value percent(Call& c) {
  if (const auto* list = as<Array>(c.args[0])) return c.string(format(c, c.str(), list->items));
  return c.string(format(c, c.str(), {c.args[0]}));
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string in_case(Call& c, char (*change)(char), std::string text) {
  const bool ascii = std::none_of(text.begin(), text.end(), [](char one) { return (one & 0x80) != 0; });
  if (!ascii) c.beyond("`" + std::string(c.name) + "` of letters beyond ASCII");
  std::transform(text.begin(), text.end(), text.begin(), change);
  return text;
}

Value capitalize(Call& c) {
  return c.string(in_case(c, upper, c.str().substr(0, 1)) +
                  in_case(c, lower, c.str().empty() ? "" : c.str().substr(1)));
}

Value own_lines(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() > 0) c.beyond("lines with another end");
  return lines(c, c.str(), options);
}

Value reversed(Call& c) {
  c.limits().allocate(c.str().size() * sizeof(std::string_view));
  std::string text;
  const std::vector<std::string_view> list = characters(c.str());
  for (auto one = list.rbegin(); one != list.rend(); ++one) text += *one;
  return c.string(std::move(text));
}

constexpr int max_width = 10'000;

enum class Side { left, right, both };

Value padded(Call& c, Side side) {
  const std::string pad = c.count() > 1 ? c.string_arg(1) : " ";
  if (c.integer_arg(0) > max_width) c.beyond("text of this width");
  const int64_t missing = c.integer_arg(0) - length(c.str());
  if (pad.empty()) c.raise("ArgumentError", "zero width padding");
  if (missing <= 0) return c.string(c.str());
  std::string filling;
  for (int64_t size = 0; size < missing; size += length(pad)) {
    c.limits().allocate(pad.size());
    filling += pad;
  }
  const int64_t before = side == Side::left ? missing : side == Side::right ? 0 : missing / 2;
  std::string text(substring(filling, 0, before));
  return c.string(text.append(c.str()).append(substring(filling, 0, missing - before)));
}

Value to_i(Call& c) {
  const auto number = leading_integer(c.str());
  if (!number) c.beyond("a number of this size");
  return *number;
}

Value append(Call& c) {
  const std::string more = c.string_arg(0);
  c.limits().allocate(more.size());
  as<String>(c.self)->text += more;
  return c.self;
}

// The characters that an argument of `tr` lists, with ranges such as a-z.
std::vector<std::string> listed(Call& c, const std::string& text) {
  const std::vector<std::string_view> items = characters(text);
  const bool plain = text.find('\\') == std::string::npos && !(text.size() > 1 && text[0] == '^');
  if (!plain) c.beyond("`tr` with ^ or a backslash");
  std::vector<std::string> list;
  for (size_t i = 0; i < items.size(); ++i) {
    list.emplace_back(items[i]);
    if (i + 2 >= items.size() || items[i + 1] != "-") continue;
    const char first = items[i][0], last = items[i + 2][0];
    const bool ascii = items[i].size() == 1 && items[i + 2].size() == 1 && first >= 0 && first <= last;
    if (!ascii) c.beyond("this range of characters");
    for (int one = first + 1; one <= last; ++one) list.emplace_back(1, static_cast<char>(one));
    i += 2;
  }
  return list;
}

// Replaces each character of the first argument by the one in the same place of the second, or else by its
// last one.
Value transliterated(Call& c) {
  const std::vector<std::string> from = listed(c, c.string_arg(0)), to = listed(c, c.string_arg(1));
  std::string result;
  for (size_t at = 0; at < c.str().size();) {
    const std::string_view character = first_character(std::string_view(c.str()).substr(at));
    at += character.size();
    const auto place = static_cast<size_t>(std::find(from.begin(), from.end(), character) - from.begin());
    if (place == from.size())
      result += character;
    else if (!to.empty())
      result += to[std::min(place, to.size() - 1)];
  }
  return c.string(std::move(result));
}

// --- format: %s, %d, %f and the like, with flags, width and precision

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

Value lines(const Call& c, const std::string& text, const Hash* options) {
  const bool chomps = truthy(c.option(options, "chomp"));
  std::vector<Value> list;
  for (const std::string_view line : lines_with_ends(text))
    list.push_back(c.string(chomps ? chomp_end(line) : line));
  return c.array(std::move(list));
}

const Methods& string_methods() {
  static constexpr auto size = [](Call& c) { return Value(length(c.str())); };
  static constexpr auto symbol = [](Call& c) { return (c.in.heap().symbol(c.str())); };
  static const Methods methods = {
      {"String#%", 1, 1, percent},
      {"String#*", 1, 1, repeated},
      {"String#+", 1, 1, [](Call& c) { return c.string(c.str() + c.string_arg(0)); }},
      {"String#<<", 1, 1, append},
      {"String#capitalize", 0, 0, capitalize},
      {"String#center", 1, 2, [](Call& c) { return padded(c, Side::both); }},
      {"String#chomp", 0, 0, [](Call& c) { return c.string(chomp_end(c.str())); }},
      {"String#downcase", 0, 0, [](Call& c) { return c.string(in_case(c, lower, c.str())); }},
      {"String#empty?", 0, 0, [](Call& c) { return Value(c.str().empty()); }},
      {"String#length", 0, 0, size},
      {"String#lines", 0, 1, own_lines},
      {"String#ljust", 1, 2, [](Call& c) { return padded(c, Side::right); }},
      {"String#lstrip", 0, 0, [](Call& c) { return c.string(strip_left(c.str())); }},
      {"String#reverse", 0, 0, reversed},
      {"String#rjust", 1, 2, [](Call& c) { return padded(c, Side::left); }},
      {"String#rstrip", 0, 0, [](Call& c) { return c.string(strip_right(c.str())); }},
      {"String#size", 0, 0, size},
      {"String#strip", 0, 0, [](Call& c) { return c.string(strip_left(strip_right(c.str()))); }},
      {"String#to_f", 0, 0, [](Call& c) { return Value(leading_float(c.str())); }},
      {"String#to_i", 0, 0, to_i},
      {"String#to_sym", 0, 0, symbol},
      {"String#tr", 2, 2, transliterated},
      {"String#upcase", 0, 0, [](Call& c) { return c.string(in_case(c, upper, c.str())); }},
      {"Symbol#to_sym", 0, 0, [](Call& c) { return c.self; }},
  };
  return methods;
}

}  // namespace kamal::erb
