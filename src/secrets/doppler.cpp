#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

class Doppler : public VaultAdapter {
 public:
  Doppler(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("Doppler", VaultProgram("doppler", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  void log_in(const SecretRequest&) override {
    if (program().succeeds({"me", "--json"})) return;
    program().log_in({"login", "-y"}, "Could not log in to Doppler");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words paths = names_under(request);
    if (paths.empty()) throw std::runtime_error("Doppler has to be told which secrets to fetch");
    Words words{"secrets", "get"}, names;
    for (const std::string& path : paths) {
      const Words parts = path_parts(path);
      names.push_back(parts.empty() ? "" : parts.back());
    }
    words.insert(words.end(), names.begin(), names.end());
    words.push_back("--json");
    const Words place = project_and_config(paths.front());
    words.insert(words.end(), place.begin(), place.end());
    const auto answer =
        program().answer(std::move(words), "Could not read " + join(names, ", ") + " from Doppler");
    SecretValues values;
    for (const auto& [name, value] : answer.items()) set_value(values, name, text_of(value.at("computed")));
    return values;
  }

  // A service token belongs to one config of one project.
  Words project_and_config(const std::string& path) {
    if (program().env("DOPPLER_TOKEN").value_or("").starts_with("dp.st")) return {};
    const Words parts = path_parts(path);
    if (parts.size() < 2)
      throw std::runtime_error("Doppler needs a project and a config: --from PROJECT/CONFIG");
    return {"-p", parts[0], "-c", parts[1]};
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> doppler_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<Doppler>(processes, environment);
}

}  // namespace kamal
