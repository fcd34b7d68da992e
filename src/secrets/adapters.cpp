#include "kamal/secrets/adapters.h"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>

#include "kamal/support/encoding.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"
#include "secrets/vault.h"

namespace kamal {
namespace {

// Reverses characters, not bytes.
std::string reversed(std::string_view text) {
  std::string result;
  for (size_t end = text.size(); end > 0;) {
    size_t start = end - 1;
    while (start > 0 && continues_utf8_character(text[start])) --start;
    result += text.substr(start, end - start);
    end = start;
  }
  return result;
}

// Not a vault: derives values from the names, to try out how secrets are passed on.
class TestAdapter : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 protected:
  bool installed() override { return true; }

  SecretValues ask(const SecretRequest& request) override {
    SecretValues values;
    for (const std::string& name : names_under(request)) {
      set_value(values, name, reversed(replace_all(replace_all(name, "LPAREN", "("), "RPAREN", ")")));
    }
    return values;
  }
};

std::unique_ptr<SecretAdapter> test_adapter(VaultProgram program) {
  return std::make_unique<TestAdapter>(std::move(program));
}

struct KnownAdapter {
  const char* class_name;  // in Kamal, which finds it by the name's camel case
  const char* name;        // as documented; "" if not offered
  const char* alias;       // case-insensitive; "" for none
  Vault vault;
  std::unique_ptr<SecretAdapter> (*make)(VaultProgram program);
};

constexpr auto no_account = AccountOption::optional;

const std::array<KnownAdapter, 10> known_adapters{{
    {"OnePassword", "1password", "1password", {"1Password", "op"}, one_password_adapter},
    {"LastPass", "lastpass", "lastpass", {"LastPass", "lpass"}, last_pass_adapter},
    {"Bitwarden", "bitwarden", "", {"Bitwarden", "bw"}, bitwarden_adapter},
    {"BitwardenSecretsManager",
     "bitwarden-sm",
     "bitwarden-sm",
     {"Bitwarden Secrets Manager", "bws", no_account},
     bitwarden_secrets_manager_adapter},
    {"AwsSecretsManager", "aws_secrets_manager", "", {"AWS", "aws", no_account}, aws_secrets_manager_adapter},
    {"GcpSecretManager", "gcp", "gcp", {"gcloud", "gcloud"}, gcp_secret_manager_adapter},
    {"Doppler", "doppler", "", {"Doppler", "doppler", no_account}, doppler_adapter},
    {"Enpass", "enpass", "", {"Enpass", "enpass-cli", no_account}, enpass_adapter},
    {"Passbolt", "passbolt", "", {"Passbolt", "passbolt", no_account}, passbolt_adapter},
    {"Test", "", "", {"test", "true"}, test_adapter},
}};

// As ActiveSupport does: one_password, one_Password and OnePassword are the same, ONE_PASSWORD is not.
std::string camel_case(std::string_view name) {
  size_t end = 0;
  while (end < name.size() && is_alphanumeric(name[end]) && !(name[end] >= 'A' && name[end] <= 'Z')) ++end;
  std::string text = capitalized(lower(name.substr(0, end)));
  while (end < name.size()) {
    if (name[end] != '_') {
      text += name[end++];
      continue;
    }
    const size_t start = ++end;
    while (end < name.size() && is_alphanumeric(name[end])) ++end;
    text += capitalized(lower(name.substr(start, end - start)));
  }
  return text;
}

}  // namespace

std::vector<std::string> secret_adapter_names() {
  std::vector<std::string> names;
  for (const KnownAdapter& adapter : known_adapters) {
    if (*adapter.name != '\0') names.emplace_back(adapter.name);
  }
  return names;
}

std::unique_ptr<SecretAdapter> make_secret_adapter(const std::string& name, Processes& processes,
                                                   const EnvironmentMap& environment) {
  const std::string lowered = lower(name), class_name = camel_case(name);
  for (const KnownAdapter& adapter : known_adapters) {
    const bool is_alias = !lowered.empty() && lowered == adapter.alias;
    if (is_alias || class_name == adapter.class_name)
      return adapter.make({adapter.vault, processes, environment});
  }
  const std::vector<std::string> names = secret_adapter_names();
  throw std::runtime_error("No secrets adapter " + name +
                           suggestion(name, names, "available: " + join(names, ", ")));
}

namespace {

std::string json_of(const SecretValues& values) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : values) {
    if (!is_utf8_text(name) || !is_utf8_text(value.value_or("")))
      throw std::runtime_error("The value of " + name + " is not UTF-8 (encode it with base64)");
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
    throw std::runtime_error("No secret " + std::string(name) +
                             ": the input is not the output of `kamal secrets fetch`");
  auto value = text_of(member(values, std::string(name)));
  const std::string ending = "/" + std::string(name);
  for (auto entry = values.begin(); !value && entry != values.end(); ++entry) {
    if (entry.key().ends_with(ending)) value = text_of(*entry);
  }
  if (!value) throw std::runtime_error("No secret " + std::string(name) + " in the fetched values");
  return *value;
}

}  // namespace kamal
