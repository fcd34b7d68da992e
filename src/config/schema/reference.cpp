#include "config/schema/table.h"
#include "config/schema/words.h"
#include "kamal/config/schema.h"
#include "kamal/support/strings.h"

// docs/configuration.md
namespace kamal::config {
namespace {

using schema::Key;
using schema::Section;

constexpr size_t width = 120;

std::string code(std::string_view yaml) { return "```yaml\n" + std::string(yaml) + "```\n"; }

std::string title_of(const Section& section) {
  return section.path.empty() ? "The top level" : "`" + std::string(section.path) + "`";
}

// Maps that other chapters tell.
std::string see_also(const Key& key) {
  if (!key.shape.section) return "";
  const Section& section = key.shape.section();
  if (section.name.empty()) return "";
  return " See [" + std::string(section.name) + "](#" + std::string(section.name) + ").";
}

// One line for each key of a map that stands in a list, or in the place of true and false.
std::string lines_of_keys(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    text += "- `" + std::string(key.name) + "`: " + std::string(key.text) + " *" + schema::facts(key) + "*\n";
  }
  return text;
}

std::string keys_of(const Section& section) {
  std::string text;
  for (const Key& key : section.keys) {
    const std::string path =
        (section.path.empty() ? "" : std::string(section.path) + "/") + std::string(key.name);
    text += "\n#### `" + path + "`\n\n";
    text += schema::wrapped(std::string(key.text) + see_also(key), "", width) + "\n";
    text += schema::wrapped("*" + schema::facts(key) + "*", "", width) + "\n";
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
  text += schema::wrapped(section.text, "", width);
  if (!section.example.empty()) text += "\n" + code(schema::below_path(section.path, section.example));
  return text + keys_of(section);
}

}  // namespace

std::string configuration_reference() {
  std::string text =
      "# Configuration\n\n"
      "<!-- Made from the table in src/config/schema by the unit test of this file: change it there. "
      "-->\n\n" +
      schema::wrapped(
          "Every key of `config/deploy.yml`. `kamal docs SECTION` prints the same on a terminal, "
          "`docs/deploy.schema.json` is for editors, and `kamal config` shows what kamal makes of a file.",
          "", width) +
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

}  // namespace kamal::config
