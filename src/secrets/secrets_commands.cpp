#include "kamal/secrets/secrets_commands.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/shellwords.h"
#include "kamal/support/utf8.h"
#include "secrets/vault_adapter.h"

namespace kamal {
namespace {

std::string json_of(const SecretValues& values) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : values) {
    if (!is_utf8_text(name) || !is_utf8_text(value.value_or("")))
      throw std::runtime_error("The value of " + name + " is no UTF-8 text; base64 would make it so");
    json[name] = value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
  }
  return json.dump();
}

}  // namespace

std::string secrets_fetch_json(SecretAdapter& adapter, const SecretRequest& request) {
  return json_of(adapter.fetch(request));
}

std::string secrets_fetch_word(SecretAdapter& adapter, const SecretRequest& request) {
  return shellwords_escape(secrets_fetch_json(adapter, request));
}

std::string secrets_extract(std::string_view name, std::string_view json) {
  const auto values = nlohmann::ordered_json::parse(json, nullptr, false);
  if (!values.is_object())
    throw std::runtime_error("There is no secret " + std::string(name) +
                             ": what it is to be taken from is not what `kamal secrets fetch` prints");
  auto value = text_of(member(values, std::string(name)));
  const std::string ending = "/" + std::string(name);
  for (auto entry = values.begin(); !value && entry != values.end(); ++entry) {
    if (entry.key().ends_with(ending)) value = text_of(*entry);
  }
  if (!value) throw std::runtime_error("There is no secret " + std::string(name) + " in what was fetched");
  return *value;
}

}  // namespace kamal
