#include "erb/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "erb/text.h"

namespace kamal::erb {
namespace {

// Of a string or a symbol.
const std::string* text_of(const Value& value) {
  if (const auto* string = as<String>(value)) return &string->text;
  const auto* symbol = as<Symbol>(value);
  return symbol ? &symbol->text : nullptr;
}

bool equal_hashes(Hash& a, Hash& b, Limits& limits) {
  return a.entries.size() == b.entries.size() && std::ranges::all_of(a.entries, [&](const auto& entry) {
           const Value* const other = find(b, entry.first, limits);
           return other && equal(entry.second, *other, limits);
         });
}

// Equality of hash keys: 1 and 1.0 are different.
bool same_key(const Value& a, const Value& b, Limits& limits) {
  if (a.index() != b.index()) return false;
  if (const std::string* const text = text_of(a)) return *text == *text_of(b);
  return a == b || equal(a, b, limits);
}

// --- Values as text

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

// Without quotes if they are optional.
std::string symbol_text(const std::string& text) {
  std::string_view name = text;
  if (name.ends_with('?') || name.ends_with('!')) name.remove_suffix(1);
  const bool plain = !name.empty() && !is_digit(name[0]) && std::ranges::all_of(name, is_name_character);
  return plain ? text : quoted_text(text);
}

std::string list_text(const Array& list, Limits& limits) {
  std::string text = "[";
  for (const Value& item : list.items) {
    if (text.size() > 1) text += ", ";
    text += inspect(item, limits);
  }
  return text + "]";
}

// As shown by Ruby 3.4 and later.
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
  const std::string end = is_nil(range.last) ? "" : show(range.last, limits);
  return show(range.first, limits) + (range.exclusive ? "..." : "..") + end;
}

std::string regexp_text(const Regexp& regexp) {
  std::string on, off;
  for (const char option : std::string_view("mix"))
    (regexp.options.find(option) == std::string::npos ? off : on) += option;
  return "(?" + on + (off.empty() ? "" : "-" + off) + ":" + regexp.source + ")";
}

std::string inspection(const Value& value, Limits& limits) {
  if (is_nil(value)) return "nil";
  if (const auto* symbol = as<Symbol>(value)) return ":" + symbol_text(symbol->text);
  if (const auto* string = as<String>(value)) return quoted_text(string->text);
  if (const auto* list = as<Array>(value)) return list_text(*list, limits);
  if (const auto* hash = as<Hash>(value)) return hash_text(*hash, limits);
  if (const auto* range = as<Range>(value)) return range_text(*range, limits, inspect);
  if (const auto* regexp = as<Regexp>(value)) return "/" + regexp->source + "/" + regexp->options;
  if (const auto* error = as<Error>(value)) return "#<" + error->class_name + ": " + error->message + ">";
  return to_s(value, limits);
}

}  // namespace

std::optional<std::string_view> MatchData::group(size_t index) const {
  if (index >= groups.size() || !groups[index]) return std::nullopt;
  return std::string_view(text()).substr(groups[index]->first, groups[index]->second - groups[index]->first);
}

Value Heap::array(Values items) {
  limits_.allocate(items.size() * sizeof(Value));
  auto* made = make<Array>();
  made->items = std::move(items);
  return made;
}

std::optional<double> as_number(const Value& value) {
  if (const auto* integer = as<int64_t>(value)) return static_cast<double>(*integer);
  const auto* floating = as<double>(value);
  return floating ? std::optional(*floating) : std::nullopt;
}

std::string class_name(const Value& value) {
  // In the order of Value's alternatives.
  static constexpr std::array<std::string_view, std::variant_size_v<Value>> names = {
      "NilClass", "",          "Integer", "Float", "Symbol",          "String", "Array",   "Hash", "Range",
      "Regexp",   "MatchData", "Time",    "",      "Process::Status", "ERB",    "Binding", "Class"};
  if (const auto* boolean = as<bool>(value)) return *boolean ? "TrueClass" : "FalseClass";
  if (const auto* error = as<Error>(value)) return error->class_name;
  return std::string(names[value.index()]);
}

std::string type_text(const Value& value) {
  if (is_nil(value)) return "nil";
  const auto* boolean = as<bool>(value);
  return boolean ? (*boolean ? "true" : "false") : class_name(value);
}

bool equal(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  if (a.index() != b.index()) {
    const auto x = as_number(a), y = as_number(b);
    return x && y && *x == *y;
  }
  if (a == b) return true;
  const auto level = limits.deeper();
  if (const std::string* const text = text_of(a)) {
    limits.step(text->size() / 256);
    return *text == *text_of(b);
  }
  if (const auto* constant = as<Constant>(a)) return constant->text == as<Constant>(b)->text;
  if (const auto* list = as<Array>(a)) {
    return std::ranges::equal(list->items, as<Array>(b)->items,
                              [&](const Value& x, const Value& y) { return equal(x, y, limits); });
  }
  if (auto* const hash = as<Hash>(a)) return equal_hashes(*hash, *as<Hash>(b), limits);
  if (const auto* range = as<Range>(a)) {
    const Range& other = *as<Range>(b);
    return range->exclusive == other.exclusive && equal(range->first, other.first, limits) &&
           equal(range->last, other.last, limits);
  }
  if (const auto* regexp = as<Regexp>(a))
    return regexp->source == as<Regexp>(b)->source && regexp->options == as<Regexp>(b)->options;
  const auto* time = as<Time>(a);
  return time && time->seconds == as<Time>(b)->seconds;
}

std::partial_ordering compare(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  if (const auto* integer = as<int64_t>(a); integer && as<int64_t>(b)) return *integer <=> *as<int64_t>(b);
  if (const auto x = as_number(a), y = as_number(b); x && y) return *x <=> *y;
  if (a.index() != b.index()) return std::partial_ordering::unordered;
  const auto level = limits.deeper();
  if (const std::string* const text = text_of(a)) {
    limits.step(text->size() / 256);
    return *text <=> *text_of(b);
  }
  if (const auto* list = as<Array>(a)) {
    const Values& other = as<Array>(b)->items;
    return std::lexicographical_compare_three_way(
        list->items.begin(), list->items.end(), other.begin(), other.end(),
        [&](const Value& x, const Value& y) { return compare(x, y, limits); });
  }
  if (const auto* time = as<Time>(a)) return time->seconds <=> as<Time>(b)->seconds;
  return equal(a, b, limits) ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

Value* find(Hash& hash, const Value& key, Limits& limits) {
  limits.step(1 + hash.entries.size() / 32);
  const auto found = std::ranges::find_if(
      hash.entries, [&](const Hash::Entry& entry) { return same_key(entry.first, key, limits); });
  return found == hash.entries.end() ? nullptr : &found->second;
}

void set(Hash& hash, const Value& key, const Value& value, Limits& limits) {
  if (Value* const known = find(hash, key, limits)) {
    *known = value;
    return;
  }
  limits.allocate(sizeof(Hash::Entry));
  hash.entries.emplace_back(key, value);
}

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
    } else if (c == '#' && at < text.size() && is_one_of(text[at], "{$@")) {
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
  if (is_nil(value)) return "";
  if (const auto* boolean = as<bool>(value)) return *boolean ? "true" : "false";
  if (const auto* integer = as<int64_t>(value)) return std::to_string(*integer);
  if (const auto* floating = as<double>(value)) return float_text(*floating);
  if (const std::string* const text = text_of(value)) return *text;
  if (const auto* constant = as<Constant>(value)) return constant->text;
  if (const auto* error = as<Error>(value)) return error->message;
  if (const auto* regexp = as<Regexp>(value)) return regexp_text(*regexp);
  if (const auto* match = as<MatchData>(value)) return std::string(match->group(0).value_or(""));
  if (const auto* range = as<Range>(value)) return range_text(*range, limits, to_s);
  if (const auto* time = as<Time>(value))
    return strftime(*time, time->zone == Time::Zone::utc ? "%F %T UTC" : "%F %T %z");
  if (as<Array>(value) || as<Hash>(value)) return inspect(value, limits);
  return "#<" + class_name(value) + ">";
}

std::string strftime(const Time& time, const std::string& format) {
  const std::time_t seconds = time.seconds;
  std::tm fields{};
  if (time.zone == Time::Zone::utc) {
    gmtime_r(&seconds, &fields);
    fields.tm_zone = "UTC";
  } else {
    localtime_r(&seconds, &fields);
  }
  std::string text(format.size() * 40 + 1, '\0');  // no directive writes more
  text.resize(std::strftime(text.data(), text.size(), format.c_str(), &fields));
  return text;
}

std::string inspect(const Value& value, Limits& limits) {
  limits.step();
  const auto level = limits.deeper();
  std::string text = inspection(value, limits);
  limits.allocate(text.size());
  return text;
}

}  // namespace kamal::erb
