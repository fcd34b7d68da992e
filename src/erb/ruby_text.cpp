#include "erb/show.h"
#include "kamal/erb/template.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/value.h"

namespace kamal {
namespace {

std::string inspect(const Value& value) {
  if (value.is_null()) return "nil";
  if (value.is_string())
    return value.written().starts_with(':') ? value.written() : erb::quoted_text(value.text());
  return ruby_text(value);
}

}  // namespace

std::string ruby_text(const Value& value) {
  std::vector<std::string> items;
  if (value.is_list()) {
    for (const Value& item : value.list()) items.push_back(inspect(item));
    return "[" + join(items, ", ") + "]";
  }
  if (!value.is_map()) return value.text();
  for (const auto& [key, item] : value.map()) items.push_back(erb::quoted_text(key) + "=>" + inspect(item));
  return "{" + join(items, ", ") + "}";
}

}  // namespace kamal
