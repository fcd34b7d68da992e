#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/yaml/value.h"

// Looking into raw configuration. What has the wrong type counts as absent: validation reports it.
namespace kamal::config {

// Null for absent values, so that lookups chain.
inline const Value* find_in(const Value* map, std::string_view key) { return map ? map->find(key) : nullptr; }

std::optional<std::string> text_of(const Value* value);  // of scalars that are not null
std::optional<std::string> text_at(const Value* map, std::string_view key);
// The same where `false` means that the setting is not there, as in the reference's `a || b`.
std::optional<std::string> setting_at(const Value* map, std::string_view key);
std::optional<bool> boolean_at(const Value* map, std::string_view key);
std::vector<std::string> texts_of(const Value* list);  // of its scalars
std::optional<std::vector<std::string>> texts_at(const Value* map, std::string_view key);
// Neither absent nor blank.
bool present_at(const Value* map, std::string_view key);
// Of a number, or of the digits of a text.
std::optional<int64_t> integer_of(const Value* value);
// `key` of a configuration's own map: names written as symbols lose their colon.
std::string plain_name(std::string_view key);

}  // namespace kamal::config
