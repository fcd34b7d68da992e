// Values as text: to_s and inspect.
#include <charconv>
#include <cmath>

#include "erb/text.h"
#include "erb/value.h"

namespace kamal::erb {
namespace {

std::string float_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  char buffer[400];
  const double size = std::fabs(number);
  const bool plain = number == 0 || (size >= 1e-4 && size < 1e16);
  const auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, number, form).ptr);
  const size_t exponent = text.find('e');
  if (text.find('.') == std::string::npos) text.insert(std::min(exponent, text.size()), ".0");
  return text;
}

// Can a symbol be written without quotes?
bool is_plain_symbol(std::string_view text) {
  if (text.ends_with('?') || text.ends_with('!')) text.remove_suffix(1);
  return !text.empty() && !is_digit(text[0]) && std::all_of(text.begin(), text.end(), is_name_character);
}

std::string symbol_text(std::string_view text) {
  return is_plain_symbol(text) ? std::string(text) : quoted_text(text);
}

std::string list_text(const Array& list, Limits& limits) {
  std::string text = "[";
  for (const Value& item : list.items) {
    if (text.size() > 1) text += ", ";
    text += inspect(item, limits);
  }
  return text + "]";
}

// As Ruby 3.4 and later show it.
std::string hash_text(const Hash& hash, Limits& limits) {
  if (hash.entries.empty()) return "{}";
  std::string text = "{";
  for (const auto& [key, value] : hash.entries) {
    if (text.size() > 1) text += ", ";
    const auto* symbol = as<Symbol>(key);
    text += symbol ? symbol_text(symbol->text) + ": " : inspect(key, limits) + " => ";
    text += inspect(value, limits);
  }
  return text + "}";
}

std::string range_text(const Range& range, Limits& limits, std::string (*show)(const Value&, Limits&)) {
  const std::string end = kind_of(range.last) == Kind::nil ? "" : show(range.last, limits);
  return show(range.first, limits) + (range.exclusive ? "..." : "..") + end;
}

std::string regexp_text(const Regexp& regexp) {
  std::string on, off;
  for (const char option : std::string_view("mix"))
    (regexp.options.find(option) == std::string::npos ? off : on) += option;
  return "(?" + on + (off.empty() ? "" : "-" + off) + ":" + regexp.source + ")";
}

std::string inspection(const Value& value, Limits& limits) {
  switch (kind_of(value)) {
    case Kind::nil:
      return "nil";
    case Kind::symbol:
      return ":" + symbol_text(as<Symbol>(value)->text);
    case Kind::string:
      return quoted_text(as<String>(value)->text);
    case Kind::array:
      return list_text(*as<Array>(value), limits);
    case Kind::hash:
      return hash_text(*as<Hash>(value), limits);
    case Kind::range:
      return range_text(*as<Range>(value), limits, inspect);
    case Kind::regexp:
      return "/" + as<Regexp>(value)->source + "/" + as<Regexp>(value)->options;
    case Kind::error:
      return "#<" + as<Error>(value)->class_name + ": " + as<Error>(value)->message + ">";
    default:
      return to_s(value, limits);
  }
}

}  // namespace

std::string quoted_text(std::string_view text) {
  constexpr std::string_view special = "\"\\\n\t\r\x1b\a\b\v\f";
  constexpr std::string_view names = "\"\\ntreabvf";
  constexpr const char* hex = "0123456789ABCDEF";
  std::string result = "\"";
  for (size_t at = 0; at < text.size();) {
    const std::string_view character = first_character(text.substr(at));
    at += character.size();
    const char c = character[0];
    const bool broken = character.size() == 1 && (c & 0x80) != 0;
    if (const size_t known = special.find(c); known != std::string_view::npos) {
      result += '\\';
      result += names[known];
    } else if (c == '#' && at < text.size() &&
               std::string_view("{$@").find(text[at]) != std::string_view::npos) {
      result += "\\#";
    } else if (broken || (c >= 0 && c < 0x20) || c == 0x7f) {
      const auto byte = static_cast<unsigned char>(c);
      result += std::string(broken ? "\\x" : "\\u00") + hex[byte >> 4] + hex[byte & 15];
    } else {
      result += character;
    }
  }
  return result + "\"";
}

std::string to_s(const Value& value, Limits& limits) {
  switch (kind_of(value)) {
    case Kind::nil:
      return "";
    case Kind::boolean:
      return std::get<bool>(value) ? "true" : "false";
    case Kind::integer:
      return std::to_string(std::get<int64_t>(value));
    case Kind::floating:
      return float_text(std::get<double>(value));
    case Kind::symbol:
      return as<Symbol>(value)->text;
    case Kind::string:
      return as<String>(value)->text;
    case Kind::regexp:
      return regexp_text(*as<Regexp>(value));
    case Kind::match:
      return std::string(as<MatchData>(value)->group(0).value_or(""));
    case Kind::range:
      return range_text(*as<Range>(value), limits, to_s);
    case Kind::time:
      return strftime(*as<Time>(value), as<Time>(value)->zone == Time::Zone::utc ? "%Y-%m-%d %H:%M:%S UTC"
                                                                                 : "%Y-%m-%d %H:%M:%S %z");
    case Kind::error:
      return as<Error>(value)->message;
    case Kind::constant:
      return as<Constant>(value)->path;
    case Kind::status:
    case Kind::erb_template:
    case Kind::binding:
      return "#<" + class_name(value) + ">";
    default:
      return inspect(value, limits);
  }
}

std::string inspect(const Value& value, Limits& limits) {
  limits.step();
  const auto level = limits.deeper();
  std::string text = inspection(value, limits);
  limits.allocate(text.size());
  return text;
}

}  // namespace kamal::erb
