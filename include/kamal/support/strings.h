#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kamal {

std::vector<std::string> split(std::string_view text, char separator);
// Lines without their line ends; an empty text has none.
std::vector<std::string> lines_of(std::string_view text);
std::string first_line(std::string_view text);  // up to the first \n
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// Without leading and trailing whitespace.
std::string strip(std::string_view text);
// Without its last line end (Ruby's chomp).
std::string chomp(std::string_view text);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
std::string lower(std::string_view text);
std::string capitalized(std::string text);  // its first letter, if it is ASCII
// Of ASCII, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// Also true for one of `others`.
constexpr bool is_alphanumeric(char c, std::string_view others = {}) {
  return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
}
constexpr bool is_name_character(char c) { return is_alphanumeric(c, "_"); }  // of a variable
// A decimal integer that fills the whole text and fits the type: int or int64_t.
template <class Integer = int64_t>
std::optional<Integer> parse_integer(std::string_view text);
std::string counted(int64_t count, std::string_view noun);  // 1 server, 2 servers
// "a, b or c", for messages that list choices.
std::string to_sentence(const std::vector<std::string>& parts, std::string_view last_separator = "or");
template <class Item>
bool contains(const std::vector<Item>& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}
template <class Item>
void add_once(std::vector<Item>& items, const Item& item) {
  if (!contains(items, item)) items.push_back(item);
}
// Sets the value of a name; an existing one keeps its position.
template <class Value>
void set_value(std::vector<std::pair<std::string, Value>>& values, const std::string& name,
               std::type_identity_t<Value> value) {
  const auto same = std::ranges::find(values, name, &std::pair<std::string, Value>::first);
  if (same == values.end()) {
    values.emplace_back(name, std::move(value));
  } else {
    same->second = std::move(value);
  }
}

// Shell wildcards with {a,b} alternatives, over a whole text: `*`, `?`, `[a-z]`, `{web,jobs}`.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace kamal
