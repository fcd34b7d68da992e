#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kamal::test {

// As much of JSON Schema as the documents in docs/ use.
class JsonSchema {
 public:
  explicit JsonSchema(nlohmann::json schema) : root_(std::move(schema)) {}

  // "/roles/0/health: not a string"; empty for a valid document.
  std::vector<std::string> problems(const nlohmann::json& document) const {
    std::vector<std::string> found;
    check(root_, document, "", found);
    return found;
  }

 private:
  using Json = nlohmann::json;

  static bool is_a(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == value.type_name();
  }

  static bool is_among(const Json& values, const Json& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  }

  static bool fits_type(const Json& types, const Json& value) {
    if (types.is_string()) return is_a(value, types.get<std::string>());
    return std::any_of(types.begin(), types.end(),
                       [&](const Json& type) { return is_a(value, type.get<std::string>()); });
  }

  // #/$defs/name
  const Json& resolved(const Json& schema) const {
    const auto reference = schema.find("$ref");
    return reference == schema.end() ? schema
                                     : root_.at(Json::json_pointer(reference->get<std::string>().substr(1)));
  }

  void check(const Json& given, const Json& value, const std::string& at,
             std::vector<std::string>& found) const {
    const Json& schema = resolved(given);
    if (schema.contains("type") && !fits_type(schema["type"], value))
      found.push_back(at + ": not a " + schema["type"].dump() + ": " + value.dump());
    if (schema.contains("enum") && !is_among(schema["enum"], value))
      found.push_back(at + ": not one of " + schema["enum"].dump() + ": " + value.dump());
    if (value.is_object()) check_object(schema, value, at, found);
    if (value.is_array() && schema.contains("items")) {
      for (size_t i = 0; i < value.size(); ++i)
        check(schema["items"], value[i], at + "/" + std::to_string(i), found);
    }
  }

  void check_object(const Json& schema, const Json& value, const std::string& at,
                    std::vector<std::string>& found) const {
    const Json properties = schema.value("properties", Json::object());
    for (const Json& name : schema.value("required", Json::array())) {
      if (!value.contains(name.get<std::string>())) found.push_back(at + ": lacks " + name.dump());
    }
    for (const auto& [name, child] : value.items()) {
      if (properties.contains(name)) {
        check(properties[name], child, at + "/" + name, found);
      } else if (schema.value("additionalProperties", Json(true)) == false) {
        found.push_back(at + ": has " + name);
      }
    }
  }

  Json root_;
};

}  // namespace kamal::test
