#include "kamal/secrets/adapters.h"

#include <array>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

using Maker = std::unique_ptr<SecretAdapter> (*)(Processes&, const EnvironmentMap&);

struct KnownAdapter {
  const char* class_name;  // in the reference, which finds it by the name's camel case
  const char* name;        // as people write it; "" for what is not offered
  const char* alias;       // in any case; "" for none
  Maker make;
};

constexpr std::array<KnownAdapter, 10> known_adapters{{
    {"OnePassword", "1password", "1password", one_password_adapter},
    {"LastPass", "lastpass", "lastpass", last_pass_adapter},
    {"Bitwarden", "bitwarden", "", bitwarden_adapter},
    {"BitwardenSecretsManager", "bitwarden-sm", "bitwarden-sm", bitwarden_secrets_manager_adapter},
    {"AwsSecretsManager", "aws_secrets_manager", "", aws_secrets_manager_adapter},
    {"GcpSecretManager", "gcp", "gcp", gcp_secret_manager_adapter},
    {"Doppler", "doppler", "", doppler_adapter},
    {"Enpass", "enpass", "", enpass_adapter},
    {"Passbolt", "passbolt", "", passbolt_adapter},
    {"Test", "", "", test_adapter},
}};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string capitalized(std::string_view word) {
  std::string text = lower(word);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// As ActiveSupport does it: one_password, one_Password and OnePassword are the same, ONE_PASSWORD is not.
std::string camel_case(std::string_view name) {
  size_t end = 0;
  while (end < name.size() && is_letter_or_digit(name[end]) && !(name[end] >= 'A' && name[end] <= 'Z')) ++end;
  std::string text = capitalized(name.substr(0, end));
  while (end < name.size()) {
    if (name[end] != '_') {
      text += name[end++];
      continue;
    }
    const size_t start = ++end;
    while (end < name.size() && is_letter_or_digit(name[end])) ++end;
    text += capitalized(name.substr(start, end - start));
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
    if (is_alias || class_name == adapter.class_name) return adapter.make(processes, environment);
  }
  throw std::runtime_error("There is no secrets adapter " + name + ": it can be " +
                           to_sentence(secret_adapter_names()));
}

}  // namespace kamal
