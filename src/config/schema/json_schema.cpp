#include <nlohmann/json.hpp>

#include "config/schema/commented_out.h"
#include "config/schema/table.h"
#include "config/schema/words.h"
#include "kamal/config/schema.h"

namespace kamal::config {
namespace {

using nlohmann::ordered_json;
using schema::Key;
using schema::Section;
using schema::Shape;

ordered_json schema_of(const Shape& shape, const std::vector<std::string_view>& choices);

// Names of the types that a scalar may have.
ordered_json scalar_types(const Shape& shape) {
  ordered_json types = ordered_json::array();
  if (shape.text || shape.string) types.push_back("string");
  if (shape.text) types.push_back("number");
  if (shape.integer && !shape.text) types.push_back("integer");
  if (shape.boolean || shape.text) types.push_back("boolean");
  if (shape.null) types.push_back("null");
  return types;
}

ordered_json scalar_schema(const Shape& shape, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) {
    ordered_json words = ordered_json::array();
    for (const std::string_view choice : choices) {
      words.push_back(choice);
      words.push_back(":" + std::string(choice));
    }
    return {{"enum", words}};
  }
  const ordered_json types = scalar_types(shape);
  return {{"type", types.size() == 1 ? types[0] : types}};
}

ordered_json section_schema(const Section& section) {
  ordered_json json = {{"type", "object"}};
  ordered_json& properties = json["properties"] = ordered_json::object();
  ordered_json required = ordered_json::array();
  for (const Key& key : section.keys) {
    ordered_json property = schema_of(key.shape, key.choices);
    property["description"] = std::string(key.text) + " " + schema::facts(key);
    properties[std::string(key.name)] = std::move(property);
    // A destination's file completes deploy.yml, so only parts that stand for themselves can demand keys.
    if (key.need != schema::Need::optional && !section.path.empty()) required.push_back(key.name);
  }
  if (!required.empty()) json["required"] = std::move(required);
  if (section.path.empty()) json["patternProperties"] = {{"^x-", ordered_json::object()}};
  json["additionalProperties"] = section.unknown == schema::Unknown::warning;
  return json;
}

ordered_json map_schema(const Shape& shape, const std::vector<std::string_view>& choices) {
  ordered_json json = {{"type", "object"}, {"additionalProperties", schema_of(*shape.entries, choices)}};
  if (shape.single) json["minProperties"] = json["maxProperties"] = 1;
  return json;
}

ordered_json list_schema(const Shape& shape) {
  ordered_json json = {{"type", "array"}, {"items", schema_of(*shape.items, {})}};
  if (shape.single) json["minItems"] = json["maxItems"] = 1;
  return json;
}

ordered_json reference_to(const Section& section) {
  if (section.name.empty()) return section_schema(section);
  return {{"$ref", "#/definitions/" + std::string(section.name)}};
}

void allow_null(ordered_json& any) {
  if (any.size() == 1 && any[0].contains("type")) {
    any[0]["type"] = {any[0]["type"], "null"};
  } else {
    any.push_back({{"type", "null"}});
  }
}

ordered_json schema_of(const Shape& shape, const std::vector<std::string_view>& choices) {
  if (shape.nested) return ordered_json::object();
  ordered_json any = ordered_json::array();
  if (!scalar_types(shape).empty()) any.push_back(scalar_schema(shape, choices));
  if (shape.items) any.push_back(list_schema(shape));
  if (shape.section) any.push_back(reference_to(shape.section()));
  if (shape.entries) any.push_back(map_schema(shape, choices));
  if (schema::may_be_commented_out(shape)) allow_null(any);
  if (any.size() == 1 && !any[0].contains("$ref")) return any[0];
  return {{"anyOf", any}};  // also around a lone reference, which may have no description beside it
}

}  // namespace

std::string json_schema() {
  ordered_json json = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                       {"title", "config/deploy.yml of kamal"}};
  json.update(section_schema(schema::configuration()));
  ordered_json& definitions = json["definitions"] = ordered_json::object();
  for (const Section* section : schema::sections()) {
    if (section->path.empty() || section->keys.empty()) continue;
    definitions[std::string(section->name)] = section_schema(*section);
  }
  return json.dump(2) + "\n";
}

}  // namespace kamal::config
