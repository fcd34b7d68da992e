#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

class LastPass : public VaultAdapter {
 public:
  LastPass(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("LastPass", VaultProgram("lpass", processes, environment)) {}

 private:
  void log_in(const SecretRequest& request) override {
    const std::string status = strip(program().run({"status", "--color", "never"}).out);
    if (status == "Logged in as " + *request.account + ".") return;
    program().log_in({"login", *request.account}, "Could not log in to LastPass");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words names = names_under(request);
    Words words = names;
    words.insert(words.begin(), "show");
    words.push_back("--json");
    const auto items =
        program().answer(std::move(words), "Could not read " + join(names, ", ") + " from LastPass");
    SecretValues values;
    for (const auto& item : items) {
      set_value(values, item.at("fullname").get<std::string>(), text_of(member(item, "password")));
    }
    check_all_found(names, values);
    return values;
  }

  static void check_all_found(const Words& names, const SecretValues& values) {
    Words missing;
    for (const std::string& name : names) {
      const auto is_it = [&](const auto& entry) { return entry.first == name; };
      if (std::none_of(values.begin(), values.end(), is_it)) missing.push_back(name);
    }
    if (!missing.empty()) throw std::runtime_error("LastPass has no " + join(missing, ", "));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> last_pass_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<LastPass>(processes, environment);
}

}  // namespace kamal
