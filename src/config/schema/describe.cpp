#include "config/schema/describe.h"

#include <sstream>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal::config::schema {
namespace {

std::string describe_items(const Shape& shape) {
  if (shape.single) return "a list with one name";
  if (shape.items == &host) return "a list of hosts";
  return shape.items->section ? "a list of strings or maps" : "a list of strings";
}

}  // namespace

std::string describe(const Shape& shape) {
  if (!shape.label.empty()) return std::string(shape.label);
  std::vector<std::string> kinds;
  if (shape.boolean) kinds.push_back("true or false");
  if (shape.integer) kinds.push_back("an integer");
  if (shape.text || shape.string) kinds.push_back("a string");
  if (shape.items) kinds.push_back(describe_items(shape));
  if (shape.section) {
    kinds.push_back("a map");
  } else if (shape.entries) {
    kinds.push_back(shape.single ? "a map of one name to its tags" : "a map of names to values");
  }
  return to_sentence(kinds);
}

std::string describe(const Value& value) {
  switch (value.type()) {
    case Value::Type::null:
      return "empty";
    case Value::Type::boolean:
      return value.boolean() ? "true" : "false";
    case Value::Type::integer:
      return "an integer";
    case Value::Type::floating:
      return "a decimal number";
    case Value::Type::string:
      return "a string";
    case Value::Type::list:
      return value.list().empty() ? "an empty list" : "a list";
    case Value::Type::map:
      return "a map";
  }
  return "";
}

namespace {

std::string without_article(const std::string& noun) {
  return noun.starts_with("a ") ? noun.substr(2) : noun.starts_with("an ") ? noun.substr(3) : noun;
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

std::string prose(std::string_view text) {
  std::string result;
  for (const std::string& line : lines_of(text)) {
    if (line.empty()) {
      result += "\n\n";
    } else {
      if (!result.empty() && !result.ends_with('\n')) result += ' ';
      result += line;
    }
  }
  return result;
}

std::string wrapped(std::string_view text, std::string_view prefix, size_t width) {
  std::string result;
  for (const std::string& paragraph : lines_of(prose(text))) {
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
  std::string text = capitalized(without_article(describe(key.shape)));
  if (!key.choices.empty()) text += ": " + to_sentence({key.choices.begin(), key.choices.end()});
  if (key.minimum) text += ", at least " + std::to_string(*key.minimum);
  text += key.need == Need::optional ? "." : ", required.";
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
