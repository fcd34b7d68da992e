// Methods of strings and symbols. Those that search are in string_search.cpp.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <regex>

#include <fmt/printf.h>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

Value repeated(Call& c) {
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "argument must be non-negative");
  const size_t size = c.str().size() * std::min(static_cast<size_t>(count), Limits::max_bytes + 1);
  c.limits().allocate(size);
  std::string text;
  while (text.size() < size) text += c.str();
  return c.string(text);
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char one) { return (one & 0x80) != 0; });
}

std::string in_case(Call& c, int (*change)(int), std::string text) {
  if (!is_ascii(text)) c.beyond("`" + std::string(c.name) + "` of non-ASCII letters");
  std::ranges::transform(text, text.begin(), [&](char one) { return static_cast<char>(change(one)); });
  return text;
}

Value capitalize(Call& c) {
  const size_t first = c.str().empty() ? 0 : 1;
  return c.string(in_case(c, ::toupper, c.str().substr(0, first)) +
                  in_case(c, ::tolower, c.str().substr(first)));
}

Value lines(Call& c) {
  const bool chomps = truthy(c.option(c.take_options(), "chomp"));
  if (c.count() > 0) c.beyond("`lines` with a separator");
  Values list;
  for (std::string_view rest = c.str(); !rest.empty();) {
    const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    list.push_back(c.string(chomps ? chomp(line) : line));
    rest.remove_prefix(line.size());
  }
  return c.array(std::move(list));
}

Value reversed(Call& c) {
  std::string text(c.str().size(), '\0');
  size_t end = text.size();
  for (std::string_view rest = c.str(); !rest.empty();) {
    const std::string_view character = first_character(rest);
    rest.remove_prefix(character.size());
    end -= character.size();
    text.replace(end, character.size(), character);
  }
  return c.string(text);
}

enum class Side { left, right, both };

Value padded(Call& c, Side side) {
  const std::string pad = c.count() > 1 ? c.string_arg(1) : " ";
  if (pad.empty()) c.raise("ArgumentError", "zero width padding");
  if (c.integer_arg(0) > 10'000) c.beyond("text this wide");
  const int64_t missing = std::max<int64_t>(0, c.integer_arg(0) - length(c.str()));
  std::string filling;
  for (int64_t size = 0; size < missing; size += length(pad)) filling += pad;
  const int64_t before = side == Side::left ? missing : side == Side::right ? 0 : missing / 2;
  std::string text(substring(filling, 0, before));
  return c.string(text.append(c.str()).append(substring(filling, 0, missing - before)));
}

Value to_i(Call& c) {
  const auto number = leading_integer(c.str());
  if (!number) c.beyond("a number this large");
  return *number;
}

Value append(Call& c) {
  const std::string more = c.string_arg(0);
  c.limits().allocate(more.size());
  as<String>(c.self)->text += more;
  return c.self;
}

// The characters that an argument of `tr` lists, with ranges such as a-z.
std::string listed(Call& c, const std::string& text) {
  const bool negated = text.size() > 1 && text[0] == '^';
  if (!is_ascii(text) || negated || text.find('\\') != std::string::npos)
    c.beyond("`tr` of these characters");
  std::string list;
  for (size_t i = 0; i < text.size(); ++i) {
    list += text[i];
    if (i + 2 >= text.size() || text[i + 1] != '-') continue;
    if (text[i] > text[i + 2]) c.beyond("this range of characters");
    while (list.back() < text[i + 2]) list += static_cast<char>(list.back() + 1);
    i += 2;
  }
  return list;
}

// Replaces each character of the first argument by the one at the same position of the second, or by its last
// one.
Value transliterated(Call& c) {
  const std::string from = listed(c, c.string_arg(0)), to = listed(c, c.string_arg(1));
  std::string result;
  for (const char one : c.str()) {
    const size_t place = from.find(one);
    if (place == std::string::npos)
      result += one;
    else if (!to.empty())
      result += to[std::min(place, to.size() - 1)];
  }
  return c.string(result);
}

// --- format: %s, %d, %f and the like, with flags, width and precision

// Ruby's %s counts characters, fmt counts display columns.
std::string formatted_text(const Call& c, const std::string& directive, const std::string& whole) {
  static const std::regex form(R"(%([-+ 0]*)(\d*)(\.(\d*))?s)");
  std::smatch parts;
  if (!std::regex_match(directive, parts, form)) c.beyond(directive + " in a format");
  const auto number = [&](size_t part) { return leading_integer(parts.str(part)).value_or(0); };
  const std::string text(parts[3].matched ? substring(whole, 0, number(4)) : whole);
  const std::string blanks(static_cast<size_t>(std::max<int64_t>(0, number(2) - length(text))), ' ');
  return parts.str(1).find('-') == std::string::npos ? blanks + text : text + blanks;
}

std::string directive_text(const Call& c, const std::string& directive, const Value& value) {
  const char type = directive.back();
  if (type == 's') return formatted_text(c, directive, c.in.to_s(value));
  if (is_one_of(type, "di") && directive.find('.') == std::string::npos)
    return fmt::sprintf(directive, std::get<int64_t>(c.in.call_function("Integer", {value})));
  if (!is_one_of(type, "feg")) c.beyond(std::string("%") + type + " in a format");
  const double floating = std::get<double>(c.in.call_function("Float", {value}));
  if (!std::isfinite(floating)) c.beyond("`format` of " + c.in.to_s(floating));
  return fmt::sprintf(directive, floating);
}

Value percent(Call& c) {
  const auto* list = as<Array>(c.args[0]);
  const Values values = list ? list->items : Values{c.args[0]};
  std::string result;
  size_t used = 0;
  for (std::string_view rest = c.str();;) {
    const size_t start = std::min(rest.find('%'), rest.size());
    result += rest.substr(0, start);
    rest.remove_prefix(start);
    if (rest.empty()) return c.string(result);
    const size_t end = rest.find_first_not_of("-+ .0123456789", 1);
    if (end == std::string_view::npos)
      c.raise("ArgumentError", "incomplete format specifier; use %% (double %) instead");
    const std::string directive(rest.substr(0, end + 1));
    rest.remove_prefix(end + 1);
    if (directive == "%%") {
      result += '%';
      continue;
    }
    if (used == values.size()) c.raise("ArgumentError", "too few arguments");
    if (directive.size() > 8) c.beyond("a format this wide");
    try {
      const std::string one = directive_text(c, directive, values[used++]);
      c.limits().allocate(one.size());
      result += one;
    } catch (const fmt::format_error&) {
      c.beyond(directive + " in a format");
    }
  }
}

}  // namespace

Methods string_methods() {
  return {
      {"String#%", 1, 1, percent},
      {"String#*", 1, 1, repeated},
      {"String#+", 1, 1, [](Call& c) { return c.string(c.str() + c.string_arg(0)); }},
      {"String#<<", 1, 1, append},
      {"String#capitalize", 0, 0, capitalize},
      {"String#center", 1, 2, [](Call& c) { return padded(c, Side::both); }},
      {"String#chomp", 0, 0, [](Call& c) { return c.string(chomp(c.str())); }},
      {"String#downcase", 0, 0, [](Call& c) { return c.string(in_case(c, ::tolower, c.str())); }},
      {"String#empty?", 0, 0, [](Call& c) { return Value(c.str().empty()); }},
      {"String#length size", 0, 0, [](Call& c) { return Value(length(c.str())); }},
      {"String#lines", 0, 1, lines},
      {"String#ljust", 1, 2, [](Call& c) { return padded(c, Side::right); }},
      {"String#lstrip", 0, 0, [](Call& c) { return c.string(strip_left(c.str())); }},
      {"String#reverse", 0, 0, reversed},
      {"String#rjust", 1, 2, [](Call& c) { return padded(c, Side::left); }},
      {"String#rstrip", 0, 0, [](Call& c) { return c.string(strip_right(c.str())); }},
      {"String#strip", 0, 0, [](Call& c) { return c.string(strip_left(strip_right(c.str()))); }},
      {"String#to_f", 0, 0, [](Call& c) { return Value(leading_float(c.str())); }},
      {"String#to_i", 0, 0, to_i},
      {"String#to_sym", 0, 0, [](Call& c) { return c.in.heap().symbol(c.str()); }},
      {"String#tr", 2, 2, transliterated},
      {"String#upcase", 0, 0, [](Call& c) { return c.string(in_case(c, ::toupper, c.str())); }},
      {"Symbol#to_sym", 0, 0, [](Call& c) { return c.self; }},
  };
}

}  // namespace kamal::erb
