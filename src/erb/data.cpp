// JSON and YAML.
#include <cmath>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "erb/interpreter.h"
#include "kamal/yaml/reader.h"

namespace kamal::erb {
namespace {

using Json = nlohmann::ordered_json;
using Yaml = kamal::Value;

enum class Keys { strings, symbols };

Keys keys_option(Call& c) {
  Hash* const options = c.take_options();
  if (c.count() != 1) c.raise("ArgumentError", "wrong number of arguments");
  return truthy(c.option(options, "symbolize_names")) ? Keys::symbols : Keys::strings;
}

Value key_of(Call& c, const std::string& name, Keys keys) {
  return keys == Keys::symbols ? c.in.heap().symbol(name) : c.string(name);
}

// --- JSON

Value of_json(Call& c, const Json& json, Keys keys) {
  c.limits().step();
  const auto level = c.limits().deeper();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
    c.beyond("a number beyond 64 bits");
  if (json.is_number()) return json.get<int64_t>();
  if (json.is_string()) return c.string(json.get_ref<const std::string&>());
  if (json.is_array()) {
    Values items;
    for (const Json& item : json) items.push_back(of_json(c, item, keys));
    return c.array(std::move(items));
  }
  if (!json.is_object()) return {};
  Hash* const hash = c.new_hash();
  for (const auto& [name, item] : json.items()) c.set(*hash, key_of(c, name, keys), of_json(c, item, keys));
  return hash;
}

Value parse_json(Call& c, const std::string& text, const std::string&, Keys keys) {
  c.limits().allocate(text.size() * sizeof(Json));
  try {
    return of_json(c, Json::parse(text, nullptr, true, true), keys);
  } catch (const Json::parse_error& error) {
    // The input stays out of the message: it may be a vault's response.
    c.raise("JSON::ParserError",
            text.find_first_not_of(" \t\r\n") == std::string_view::npos
                ? "unexpected end of input"
                : "invalid JSON: unexpected character at byte " + std::to_string(error.byte));
  } catch (const Json::out_of_range&) {
    c.beyond("a number this large");
  }
}

std::string counted_text(Call& c, const Value& value) {
  std::string text = c.in.to_s(value);
  c.limits().allocate(text.size());
  return text;
}

Json to_json(Call& c, const Value& value) {
  c.limits().step();
  const auto level = c.limits().deeper();
  if (is_nil(value)) return nullptr;
  if (const auto* boolean = as<bool>(value)) return *boolean;
  if (const auto* integer = as<int64_t>(value)) return *integer;
  if (const auto* number = as<double>(value)) {
    if (!std::isfinite(*number)) c.raise("JSON::GeneratorError", c.in.to_s(value) + " not allowed in JSON");
    return *number;
  }
  if (const auto* list = as<Array>(value)) {
    Json items = Json::array();
    for (const Value& item : list->items) items.push_back(to_json(c, item));
    return items;
  }
  const auto* hash = as<Hash>(value);
  if (hash == nullptr) return counted_text(c, value);
  Json::object_t map;  // a list of pairs: keys "a" and :a both become "a"
  for (const auto& [key, item] : hash->entries) map.emplace_back(counted_text(c, key), to_json(c, item));
  return map;
}

Value json_text(Call& c, const Value& value) {
  try {
    return c.string(to_json(c, value).dump());
  } catch (const Json::type_error&) {
    c.raise("JSON::GeneratorError", "source sequence is illegal/malformed utf-8");
  }
}

// --- YAML, by the reader of deploy.yml

Value of_yaml(Call& c, const Yaml& yaml, Keys keys) {
  c.limits().step();
  if (yaml.type() == Yaml::Type::boolean) return yaml.boolean();
  if (yaml.type() == Yaml::Type::integer) return yaml.integer();
  if (yaml.type() == Yaml::Type::floating) return std::strtod(yaml.text().c_str(), nullptr);
  if (yaml.is_string() && yaml.source_text().starts_with(':')) return c.in.heap().symbol(yaml.text());
  if (yaml.is_string()) return c.string(yaml.text());
  if (yaml.is_list()) {
    Values items;
    for (const Yaml& item : yaml.list()) items.push_back(of_yaml(c, item, keys));
    return c.array(std::move(items));
  }
  if (!yaml.is_map()) return {};
  Hash* const hash = c.new_hash();
  for (const auto& [name, item] : yaml.map()) {
    const bool symbol = name.size() > 1 && name.starts_with(':');
    const Value key = symbol ? c.in.heap().symbol(name.substr(1)) : key_of(c, name, keys);
    c.set(*hash, key, of_yaml(c, item, keys));
  }
  return hash;
}

Value parse_yaml(Call& c, const std::string& text, const std::string& file, Keys keys) {
  c.limits().allocate(text.size());
  try {
    return of_yaml(c, yaml::read(text, file).value, keys);
  } catch (const ConfigurationError& error) {
    c.raise("Psych::SyntaxError", error.what());
  }
}

// Parses a text or, for methods named so, a file.
Value load_data(Call& c, Value (*parse)(Call&, const std::string& text, const std::string& file, Keys)) {
  const Keys keys = keys_option(c);
  const std::string& given = c.string_arg(0);
  if (!c.name.ends_with("_file")) return parse(c, given, "YAML", keys);
  return parse(c, c.in.to_s(c.in.call(c.in.heap().constant("File"), "read", {c.args[0]})), given, keys);
}

}  // namespace

Methods data_methods() {
  return {
      {"Object#to_json", 0, 0, [](Call& c) { return json_text(c, c.self); }},
      {"JSON.generate", 1, 1, [](Call& c) { return json_text(c, c.args[0]); }},
      {"JSON.parse load_file", 1, 2, [](Call& c) { return load_data(c, parse_json); }},
      {"YAML.load load_file safe_load safe_load_file", 1, 2,
       [](Call& c) { return load_data(c, parse_yaml); }},
  };
}

}  // namespace kamal::erb
