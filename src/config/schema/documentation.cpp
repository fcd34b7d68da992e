#include "config/schema/table.h"
#include "config/schema/words.h"
#include "kamal/config/schema.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/error.h"

namespace kamal::config {
namespace {

using schema::Key;
using schema::Section;

constexpr size_t width = 100;

// Keys of maps that stand in a list, or in the place of true and false.
std::string keys_in_comments(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    const std::string line = std::string(key.name) + ": " + std::string(key.text) + " " + schema::facts(key);
    text += schema::wrapped(line, "#   ", width);
  }
  return text;
}

// The keys of a section, each below what there is to know about it.
std::string keys_with_comments(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    if (!text.empty()) text += "\n";
    text += schema::wrapped(key.text, "# ", width);
    text += schema::wrapped(schema::facts(key), "# ", width);
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
    throw ConfigurationError("there is no documentation of " + *name +
                             " (there is of: " + join(documentation_sections(), ", ") + ")");
  }
  std::string text = schema::wrapped(section->text, "# ", width) + "\n";
  if (!section->example.empty()) text += schema::below_path(section->path, section->example);
  if (!section->keys.empty()) {
    if (!section->example.empty()) text += "\n";
    text += schema::below_path(section->path, keys_with_comments(*section));
  }
  return text;
}

}  // namespace kamal::config
