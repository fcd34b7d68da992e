#include "config/schema/describe.h"

#include <vector>

#include "kamal/support/strings.h"

namespace kamal::config::schema {
namespace {

std::string describe_items(const Shape& shape) {
  if (shape.single) return "a list with one name";
  if (shape.items == &host) return "a list of hosts";
  return shape.items->section ? "a list of text or maps" : "a list of text";
}

}  // namespace

std::string describe(const Shape& shape) {
  if (!shape.words.empty()) return std::string(shape.words);
  std::vector<std::string> kinds;
  if (shape.boolean) kinds.push_back("true or false");
  if (shape.integer) kinds.push_back("a whole number");
  if (shape.text || shape.string) kinds.push_back("text");
  if (shape.items) kinds.push_back(describe_items(shape));
  if (shape.section) {
    kinds.push_back("a map of settings");
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
      return "a whole number";
    case Value::Type::floating:
      return "a number with a fraction";
    case Value::Type::string:
      return "text";
    case Value::Type::list:
      return value.list().empty() ? "an empty list" : "a list";
    case Value::Type::map:
      return "a map";
  }
  return "";
}

}  // namespace kamal::config::schema
