#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

class AwsSecretsManager : public VaultAdapter {
 public:
  AwsSecretsManager(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("AWS", VaultProgram("aws", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  using Json = nlohmann::ordered_json;

  // A secret that there is not: perhaps a key of the JSON secret `item`.
  struct Missing {
    std::string id, item, key, message;
  };

  SecretValues ask(const SecretRequest& request) override {
    const Json answer = get(names_under(request), request);
    SecretValues values;
    for (const Json& secret : answer.at("SecretValues")) add(secret, values);
    const std::vector<Missing> missing = missing_from(answer, request);
    if (!missing.empty()) add_keys(missing, request, values);
    return values;
  }

  Json get(const Words& ids, const SecretRequest& request) {
    Words words{"secretsmanager", "batch-get-secret-value", "--secret-id-list"};
    words.insert(words.end(), ids.begin(), ids.end());
    if (request.account) words.insert(words.end(), {"--profile", *request.account});
    words.insert(words.end(), {"--output", "json"});
    return program().answer(std::move(words),
                            "Could not read " + join(ids, ", ") + " from AWS Secrets Manager");
  }

  static std::vector<Missing> missing_from(const Json& answer, const SecretRequest& request) {
    std::vector<Missing> all;
    for (const Json& error : member(answer, "Errors")) {
      Missing one{text_of(member(error, "SecretId")).value_or(""), "", "",
                  text_of(member(error, "Message")).value_or("")};
      const std::string prefix = request.from.value_or("") + "/";
      const size_t slash = request.from && one.id.starts_with(prefix) ? prefix.size() - 1 : one.id.rfind('/');
      if (slash != std::string::npos) {
        one.item = one.id.substr(0, slash);
        while (one.item.ends_with('/')) one.item.pop_back();
        one.key = one.id.substr(slash + 1);
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  // Throws std::runtime_error with all that remain missing.
  void add_keys(const std::vector<Missing>& missing, const SecretRequest& request, SecretValues& values) {
    Words items;
    for (const Missing& one : missing) {
      if (!one.item.empty() && std::find(items.begin(), items.end(), one.item) == items.end())
        items.push_back(one.item);
    }
    const Json answer = items.empty() ? Json::object() : get(items, request);
    Words texts;
    for (const Missing& one : missing) {
      const auto value = value_at(answer, one);
      if (value) {
        set_value(values, one.item + "/" + one.key, value);
      } else {
        texts.push_back(one.id + ": " + one.message);
      }
    }
    if (!texts.empty()) throw std::runtime_error("AWS Secrets Manager: " + join(texts, ", "));
  }

  static std::optional<std::string> value_at(const Json& answer, const Missing& wanted) {
    for (const Json& secret : member(answer, "SecretValues")) {
      if (text_of(member(secret, "Name")) != wanted.item && text_of(member(secret, "ARN")) != wanted.item)
        continue;
      const Json json = Json::parse(text_of(member(secret, "SecretString")).value_or(""), nullptr, false);
      if (json.is_object() && json.contains(wanted.key)) return text_of_value(json.at(wanted.key));
    }
    return std::nullopt;
  }

  static std::string text_of_value(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

  // A JSON object is taken apart. Everything else is the secret as it was stored: the reference rewrites
  // numbers (1.10 becomes 1.1) and takes the quotes off JSON strings.
  static void add(const Json& secret, SecretValues& values) {
    const std::string name = secret.at("Name").get<std::string>();
    const auto text = text_of(member(secret, "SecretString"));
    if (!text) throw std::runtime_error(name + " in AWS Secrets Manager is binary, not text");
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object()) return set_value(values, name, text);
    for (const auto& [key, value] : json.items()) set_value(values, name + "/" + key, text_of_value(value));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> aws_secrets_manager_adapter(Processes& processes,
                                                           const EnvironmentMap& environment) {
  return std::make_unique<AwsSecretsManager>(processes, environment);
}

}  // namespace kamal
