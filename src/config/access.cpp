#include "config/access.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::config {

const Value::Map& map_of(const Value* value) {
  static const Value::Map none;
  return value && value->is_map() ? value->map() : none;
}

const Value::List& list_of(const Value* value) {
  static const Value::List none;
  return value && value->is_list() ? value->list() : none;
}

std::optional<std::string> text_of(const Value* value) {
  if (!value || !value->is_scalar() || value->is_null()) return std::nullopt;
  return value->text();
}

std::optional<std::string> text_at(const Value* map, std::string_view key) {
  return text_of(find_in(map, key));
}

std::optional<std::string> setting_at(const Value* map, std::string_view key) {
  const Value* value = find_in(map, key);
  return value && value->is_false() ? std::nullopt : text_of(value);
}

std::optional<bool> boolean_at(const Value* map, std::string_view key) {
  const Value* value = find_in(map, key);
  return value && value->is_boolean() ? std::optional(value->boolean()) : std::nullopt;
}

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> texts;
  for (const Value& item : list_of(list)) {
    if (auto text = text_of(&item)) texts.push_back(*std::move(text));
  }
  return texts;
}

std::optional<std::vector<std::string>> texts_at(const Value* map, std::string_view key) {
  const Value* list = find_in(map, key);
  if (!list || !list->is_list()) return std::nullopt;
  return texts_of(list);
}

bool present_at(const Value* map, std::string_view key) {
  const Value* value = find_in(map, key);
  return value && !value->is_blank();
}

std::optional<int64_t> integer_of(const Value* value) {
  if (!value) return std::nullopt;
  if (value->is_integer()) return value->integer();
  return value->is_string() ? parse_integer(value->text()) : std::nullopt;
}

std::optional<std::chrono::seconds> seconds_at(const Value* map, std::string_view key) {
  constexpr int64_t bound = 1'000'000'000;
  const auto number = integer_of(find_in(map, key));
  return number ? std::optional(std::chrono::seconds(std::clamp(*number, -bound, bound))) : std::nullopt;
}

std::string plain_name(std::string_view key) {
  if (key.size() > 1 && key.starts_with(':')) key.remove_prefix(1);
  return std::string(key);
}

}  // namespace kamal::config
