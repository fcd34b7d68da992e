#include "config/access.h"

#include <charconv>

namespace kamal::config {

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
  if (!list || !list->is_list()) return texts;
  for (const Value& item : list->list()) {
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
  if (!value->is_string()) return std::nullopt;
  const std::string text = value->text();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string plain_name(std::string_view key) {
  if (key.size() > 1 && key.starts_with(':')) key.remove_prefix(1);
  return std::string(key);
}

}  // namespace kamal::config
