#include "secrets/vault_adapter.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"

namespace kamal {

SecretValues VaultAdapter::fetch(const SecretRequest& request) {
  if (requires_account() && strip(request.account.value_or("")).empty())
    throw std::runtime_error("--account is missing: " + title_ + " needs to know whose secrets to fetch");
  if (!installed())
    throw std::runtime_error("The " + title_ +
                             " command line program is not installed, or does not run: " + program_.name());
  try {
    log_in(request);
    return ask(request);
  } catch (const nlohmann::json::exception&) {
    // Its text may quote the answer.
    throw std::runtime_error(program_.name() + " gave an answer of a form that is not known");
  }
}

Words names_under(const SecretRequest& request) {
  if (!request.from) return request.names;
  Words names;
  for (const std::string& name : request.names) names.push_back(*request.from + "/" + name);
  return names;
}

Words path_parts(std::string_view path) {
  Words parts = split(path, '/');
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

void set_value(SecretValues& values, const std::string& name, std::optional<std::string> value) {
  const auto place =
      std::find_if(values.begin(), values.end(), [&](const auto& e) { return e.first == name; });
  if (place == values.end()) {
    values.emplace_back(name, std::move(value));
  } else {
    place->second = std::move(value);
  }
}

std::optional<std::string> text_of(const nlohmann::ordered_json& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? value.get<std::string>() : value.dump();
}

const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const std::string& name) {
  static const nlohmann::ordered_json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

}  // namespace kamal
