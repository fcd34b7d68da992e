#include <nlohmann/json.hpp>
#include <stdexcept>

#include "config/secrets/adapters.h"
#include "config/secrets/vault_adapter.h"
#include "kamal/support/strings.h"

namespace kamal {
namespace {

class AwsSecretsManager : public VaultAdapter {
 public:
  AwsSecretsManager(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("AWS", VaultProgram("aws", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  SecretValues ask(const SecretRequest& request) override {
    const Words names = names_under(request);
    Words words{"secretsmanager", "batch-get-secret-value", "--secret-id-list"};
    words.insert(words.end(), names.begin(), names.end());
    if (request.account) words.insert(words.end(), {"--profile", *request.account});
    words.insert(words.end(), {"--output", "json"});
    const auto answer = program().answer(std::move(words),
                                         "Could not read " + join(names, ", ") + " from AWS Secrets Manager");
    check_errors(member(answer, "Errors"));
    SecretValues values;
    for (const auto& secret : answer.at("SecretValues")) add(secret, values);
    return values;
  }

  static void check_errors(const nlohmann::ordered_json& errors) {
    Words texts;
    for (const auto& error : errors) {
      texts.push_back(text_of(member(error, "SecretId")).value_or("") + ": " +
                      text_of(member(error, "Message")).value_or(""));
    }
    if (!texts.empty()) throw std::runtime_error("AWS Secrets Manager: " + join(texts, ", "));
  }

  // A JSON object is taken apart, a JSON string unpacked. Everything else is the secret as it was stored: the
  // reference rewrites numbers (1.10 becomes 1.1).
  static void add(const nlohmann::ordered_json& secret, SecretValues& values) {
    const std::string name = secret.at("Name").get<std::string>();
    const auto text = text_of(member(secret, "SecretString"));
    if (!text) throw std::runtime_error(name + " in AWS Secrets Manager is binary, not text");
    const auto json = nlohmann::ordered_json::parse(*text, nullptr, false);
    if (!json.is_object()) return set_value(values, name, json.is_string() ? text_of(json) : text);
    for (const auto& [key, value] : json.items()) {
      set_value(values, name + "/" + key, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> aws_secrets_manager_adapter(Processes& processes,
                                                           const EnvironmentMap& environment) {
  return std::make_unique<AwsSecretsManager>(processes, environment);
}

}  // namespace kamal
