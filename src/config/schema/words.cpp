#include "config/schema/words.h"

#include <sstream>

#include "config/schema/describe.h"
#include "kamal/support/strings.h"

namespace kamal::config::schema {
namespace {

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string without_spaces_at_the_end(std::string_view prefix) {
  return std::string(prefix.substr(0, prefix.find_last_not_of(' ') + 1));
}

// Names that stand for any name in paths.
std::string sample_name(const std::string& name) {
  if (name == "NAME") return "db";
  return name == "ROLE" ? "jobs" : name;
}

}  // namespace

std::string wrapped(std::string_view text, std::string_view prefix, size_t width) {
  std::string result;
  for (const std::string& paragraph : lines_of(text)) {
    std::istringstream words(paragraph);
    std::string line, word;
    while (words >> word) {
      if (!line.empty() && prefix.size() + line.size() + 1 + word.size() > width) {
        result += std::string(prefix) + line + "\n";
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    result += (line.empty() ? without_spaces_at_the_end(prefix) : std::string(prefix) + line) + "\n";
  }
  return result;
}

std::string indented(std::string_view text, std::string_view prefix) {
  std::string result;
  for (const std::string& line : lines_of(text))
    result += (line.empty() ? "" : std::string(prefix) + line) + "\n";
  return result;
}

std::string facts(const Key& key) {
  std::string text = capitalized(describe(key.shape));
  if (!key.choices.empty()) text += ": " + to_sentence({key.choices.begin(), key.choices.end()});
  text += ".";
  if (key.need != Need::optional) text += " Required.";
  if (!key.default_value.empty()) text += " Default: " + std::string(key.default_value) + ".";
  return text;
}

const Section* part_of(const Key& key) {
  if (!key.shape.section || key.shape.boolean) return nullptr;
  const Section& section = key.shape.section();
  return section.name.empty() ? &section : nullptr;
}

const Section* alternative_of(const Key& key) {
  const Shape& shape = key.shape.items && key.shape.items->section ? *key.shape.items : key.shape;
  if (!shape.section || part_of(key)) return nullptr;
  const Section& section = shape.section();
  return section.name.empty() ? &section : nullptr;
}

std::string example_of(const Key& key) {
  const std::string name(key.name);
  const std::string_view example = key.example;
  const bool collection =
      example.find('\n') != std::string_view::npos || example.starts_with("- ") ||
      (key.shape.section && example.find(": ") != std::string_view::npos) ||
      (key.shape.entries && !key.shape.text && example.find(": ") != std::string_view::npos);
  if (!collection) return name + ": " + std::string(example) + "\n";
  return name + ":\n" + indented(example, "  ");
}

std::string below_path(std::string_view path, std::string_view yaml) {
  std::string result;
  std::string indent;
  if (!path.empty()) {
    for (const std::string& name : split(path, '/')) {
      result += indent + sample_name(name) + ":\n";
      indent += "  ";
    }
  }
  return result + indented(yaml, indent);
}

}  // namespace kamal::config::schema
