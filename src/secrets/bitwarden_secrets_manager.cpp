#include <nlohmann/json.hpp>
#include <stdexcept>

#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

constexpr std::string_view all = "all";
constexpr std::string_view all_of_project = "/all";

class BitwardenSecretsManager : public VaultAdapter {
 public:
  BitwardenSecretsManager(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("Bitwarden Secrets Manager", VaultProgram("bws", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  void log_in(const SecretRequest&) override {
    program().output({"project", "list"},
                     "Could not log in to Bitwarden Secrets Manager: is the access token set and valid?");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words names = names_under(request);
    if (names.empty())
      throw std::runtime_error(
          "Bitwarden Secrets Manager has to be told what to fetch: `all`, PROJECT/all or ids");
    SecretValues values;
    if (names.size() == 1 && names[0] == all) {
      add_list({"secret", "list"}, values);
    } else if (names.size() == 1 && names[0].ends_with(all_of_project)) {
      add_list({"secret", "list", names[0].substr(0, names[0].find(all_of_project))}, values);
    } else {
      for (const std::string& id : names) {
        add(program().answer({"secret", "get", id},
                             "Could not read " + id + " from Bitwarden Secrets Manager"),
            values);
      }
    }
    return values;
  }

  void add_list(Words words, SecretValues& values) {
    const auto items = program().answer(std::move(words), "Could not read from Bitwarden Secrets Manager");
    for (const auto& item : items) add(item, values);
  }

  static void add(const nlohmann::ordered_json& item, SecretValues& values) {
    set_value(values, item.at("key").get<std::string>(), text_of(member(item, "value")));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> bitwarden_secrets_manager_adapter(Processes& processes,
                                                                 const EnvironmentMap& environment) {
  return std::make_unique<BitwardenSecretsManager>(processes, environment);
}

}  // namespace kamal
