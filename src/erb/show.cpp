#include "erb/show.h"

#include <charconv>
#include <cmath>

#include "erb/text.h"
#include "erb/time.h"

namespace kamal::erb {
namespace {

bool is_plain_symbol(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  if (text.ends_with('?') || text.ends_with('!')) text.remove_suffix(1);
  for (const char c : text) {
    const bool in_name =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
    if (!in_name) return false;
  }
  return !text.empty();
}

bool is_operator(std::string_view text) {
  for (const std::string_view one :
       {"+",  "-",  "*",  "/",   "%",  "**", "==", "!=", "<", ">", "<=", ">=", "<=>", "===",
        "<<", ">>", "[]", "[]=", "=~", "!",  "!~", "&",  "|", "^", "~",  "+@", "-@"}) {
    if (text == one) return true;
  }
  return false;
}

std::string symbol_text(std::string_view text) {
  return ":" + (is_plain_symbol(text) || is_operator(text) ? std::string(text) : quoted_text(text));
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
    if (const auto* symbol = std::get_if<const Symbol*>(&key)) {
      text += (is_plain_symbol((*symbol)->text) ? (*symbol)->text : quoted_text((*symbol)->text)) + ": ";
    } else {
      text += inspect(key, limits) + " => ";
    }
    text += inspect(value, limits);
  }
  return text + "}";
}

std::string range_text(const Range& range, Limits& limits, std::string (*show)(const Value&, Limits&)) {
  const auto end = [&](const Value& value) { return kind_of(value) == Kind::nil ? "" : show(value, limits); };
  return end(range.first) + (range.exclusive ? "..." : "..") + end(range.last);
}

std::string match_text(const MatchData& match) {
  std::string text = "#<MatchData " + quoted_text(match.group(0).value_or(""));
  for (size_t i = 1; i < match.groups.size(); ++i) {
    std::string name = std::to_string(i);
    for (const auto& [known, index] : match.names) {
      if (index == i) name = known;
    }
    text += " " + name + ":" + (match.group(i) ? quoted_text(*match.group(i)) : "nil");
  }
  return text + ">";
}

std::string regexp_text(const Regexp& regexp) {
  std::string on, off;
  for (const char option : std::string_view("mix")) {
    (regexp.options.find(option) == std::string::npos ? off : on) += option;
  }
  return "(?" + on + (off.empty() ? "" : "-" + off) + ":" + regexp.source + ")";
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
    } else if (c == '#' && character.data() + 1 < text.data() + text.size() &&
               std::string_view("{$@").find(character.data()[1]) != std::string_view::npos) {
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
      return std::get<const Symbol*>(value)->text;
    case Kind::string:
      return as<String>(value)->text;
    case Kind::regexp:
      return regexp_text(*as<Regexp>(value));
    case Kind::match:
      return std::string(as<MatchData>(value)->group(0).value_or(""));
    case Kind::range:
      return range_text(*as<Range>(value), limits, to_s);
    case Kind::time:
      return time_text(*as<Time>(value));
    case Kind::error:
      return as<Error>(value)->message;
    case Kind::constant:
      return std::get<const Constant*>(value)->path;
    case Kind::status:
      return "pid 0 exit " + std::to_string(as<Status>(value)->status);
    case Kind::erb_template:
    case Kind::binding:
      return "#<" + class_name(value) + ">";
    default:
      return inspect(value, limits);
  }
}

std::string inspect(const Value& value, Limits& limits) {
  limits.step();
  const Limits::Level level(limits);
  std::string text;
  switch (kind_of(value)) {
    case Kind::nil:
      text = "nil";
      break;
    case Kind::symbol:
      text = symbol_text(std::get<const Symbol*>(value)->text);
      break;
    case Kind::string:
      text = quoted_text(as<String>(value)->text);
      break;
    case Kind::array:
      text = list_text(*as<Array>(value), limits);
      break;
    case Kind::hash:
      text = hash_text(*as<Hash>(value), limits);
      break;
    case Kind::range:
      text = range_text(*as<Range>(value), limits, inspect);
      break;
    case Kind::regexp:
      text = "/" + as<Regexp>(value)->source + "/" + as<Regexp>(value)->options;
      break;
    case Kind::match:
      text = match_text(*as<MatchData>(value));
      break;
    case Kind::error:
      text = "#<" + as<Error>(value)->class_name + ": " + as<Error>(value)->message + ">";
      break;
    default:
      text = to_s(value, limits);
      break;
  }
  limits.allocate(text.size());
  return text;
}

}  // namespace kamal::erb
