#include "kamal/config/documentation.h"

#include <nlohmann/json.hpp>

#include "config/schema/describe.h"
#include "config/schema/table.h"
#include "config/schema/validate.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/value.h"

namespace kamal::config {
namespace {

using schema::Key;
using schema::Section;

constexpr size_t page_width = 100;  // of `kamal docs`

// Keys of maps in a list, or as an alternative to true and false.
std::string keys_in_comments(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    const std::string line =
        std::string(key.name) + ": " + schema::prose(key.text) + " " + schema::facts(key);
    text += schema::wrapped(line, "#   ", page_width);
  }
  return text;
}

// The keys of a section, each below its documentation.
std::string keys_with_comments(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    if (!text.empty()) text += "\n";
    text += schema::wrapped(key.text, "# ", page_width);
    text += schema::wrapped(schema::facts(key), "# ", page_width);
    if (const Section* map = schema::alternative_of(key)) {
      text += "# Keys of a map:\n" + keys_in_comments(*map);
    }
    if (const Section* part = schema::part_of(key)) {
      text += std::string(key.name) + ":\n" + schema::indented(keys_with_comments(*part), "  ");
    } else {
      text += schema::example_of(key);
    }
  }
  return text;
}

const Section* find_section(const std::string& name) {
  for (const Section* section : schema::sections()) {
    if (section->name == lower(name)) return section;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> documentation_sections() {
  std::vector<std::string> names;
  for (const Section* section : schema::sections()) names.emplace_back(section->name);
  return names;
}

std::string documentation(const std::optional<std::string>& name) {
  const Section* section = find_section(name.value_or("configuration"));
  if (!section) {
    throw ConfigurationError("No documentation for \"" + *name +
                             "\" (available: " + join(documentation_sections(), ", ") + ")");
  }
  std::string text = schema::wrapped(section->text, "# ", page_width) + "\n";
  if (!section->example.empty()) text += schema::below_path(section->path, section->example);
  if (!section->keys.empty()) {
    if (!section->example.empty()) text += "\n";
    text += schema::below_path(section->path, keys_with_comments(*section));
  }
  return text;
}

// docs/configuration.md

namespace {

constexpr size_t document_width = 120;  // of docs/configuration.md

std::string code(std::string_view yaml) { return "```yaml\n" + std::string(yaml) + "```\n"; }

std::string title_of(const Section& section) {
  return section.path.empty() ? "The top level" : "`" + std::string(section.path) + "`";
}

// Maps that other chapters document.
std::string see_also(const Key& key) {
  if (!key.shape.section) return "";
  const Section& section = key.shape.section();
  if (section.name.empty()) return "";
  return " See [" + std::string(section.name) + "](#" + std::string(section.name) + ").";
}

// One line for each key of a map in a list, or as an alternative to true and false.
std::string lines_of_keys(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    text +=
        "- `" + std::string(key.name) + "`: " + schema::prose(key.text) + " *" + schema::facts(key) + "*\n";
  }
  return text;
}

std::string keys_of(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    const std::string path =
        (section.path.empty() ? "" : std::string(section.path) + "/") + std::string(key.name);
    text += "\n#### `" + path + "`\n\n";
    text += schema::wrapped(std::string(key.text) + see_also(key), "", document_width) + "\n";
    text += schema::wrapped("*" + schema::facts(key) + "*", "", document_width) + "\n";
    if (const Section* part = schema::part_of(key)) {
      text += keys_of(*part);
      continue;
    }
    text += code(schema::below_path(section.path, schema::example_of(key)));
    if (const Section* map = schema::alternative_of(key)) text += "\nAs a map:\n\n" + lines_of_keys(*map);
  }
  return text;
}

std::string chapter(const Section& section) {
  std::string text = "\n## " + std::string(section.name) + "\n\n" + title_of(section) + "\n\n";
  text += schema::wrapped(section.text, "", document_width);
  if (!section.example.empty()) text += "\n" + code(schema::below_path(section.path, section.example));
  return text + keys_of(section);
}

}  // namespace

std::string configuration_reference() {
  std::string text =
      "# Configuration\n\n"
      "<!-- Generated from the table in src/config/schema; change it there. -->\n\n" +
      schema::wrapped(
          "Every key of `config/deploy.yml`. `kamal docs SECTION` prints the same on a terminal, "
          "`docs/deploy.schema.json` is for editors, and `kamal config` shows how kamal reads a file.",
          "", document_width) +
      "\n";
  for (const Section* section : schema::sections()) {
    text += "- [" + std::string(section->name) + "](#" + std::string(section->name) +
            "): " + title_of(*section) + "\n";
  }
  text += chapter(schema::configuration());
  for (const Section* section : schema::sections()) {
    if (section != &schema::configuration()) text += chapter(*section);
  }
  return text;
}

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
    if (key.minimum) property["minimum"] = *key.minimum;
    property["description"] = schema::prose(key.text) + " " + schema::facts(key);
    properties[std::string(key.name)] = std::move(property);
    // A destination's file completes deploy.yml, so only self-contained parts can require keys.
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
