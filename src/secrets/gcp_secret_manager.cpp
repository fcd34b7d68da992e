#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/base64.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

constexpr const char* by_default = "default";  // the project or the user that gcloud is set up with

// USER or USER|SERVICE_ACCOUNT[,SERVICE_ACCOUNT...]: who asks, and whom they impersonate.
struct Account {
  std::string user;
  std::optional<std::string> impersonated;

  explicit Account(const std::string& text) {
    const size_t bar = text.find('|');
    user = text.substr(0, bar);
    if (bar != std::string::npos) impersonated = text.substr(bar + 1);
  }
};

// [PROJECT/]SECRET[/VERSION]: with two parts, the first is the project.
struct SecretVersion {
  std::string project = by_default, secret, version = "latest";

  explicit SecretVersion(const std::string& path) {
    const Words parts = path_parts(path);
    if (parts.empty()) throw std::runtime_error("A secret of Google Secret Manager needs a name");
    if (parts.size() > 1) project = parts[0];
    secret = parts.size() > 1 ? parts[1] : parts[0];
    if (parts.size() > 2) version = parts[2];
  }
  std::string name() const { return project + "/" + secret; }
};

// gcloud prints the alphabet for URLs, which the reference misreads.
std::optional<std::string> decode(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return base64_decode(text);
}

class GcpSecretManager : public VaultAdapter {
 public:
  GcpSecretManager(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("gcloud", VaultProgram("gcloud", processes, environment)) {}

 private:
  void log_in(const SecretRequest&) override {
    if (is_logged_in()) return;
    program().log_in({"auth", "login"}, "Could not log in to gcloud");
    if (!is_logged_in()) throw std::runtime_error("Could not log in to gcloud");
  }

  bool is_logged_in() {
    return !program().parse(program().run({"auth", "list", "--format=json"}).out).empty();
  }

  SecretValues ask(const SecretRequest& request) override {
    const Account account(*request.account);
    SecretValues values;
    for (const std::string& name : names_under(request)) {
      const SecretVersion wanted(name);
      set_value(values, wanted.name(), read(wanted, account));
    }
    return values;
  }

  std::string read(const SecretVersion& wanted, const Account& account) {
    Words words{"secrets", "versions", "access", wanted.version, "--secret=" + wanted.secret};
    if (wanted.project != by_default) words.push_back("--project=" + wanted.project);
    if (account.user != by_default) words.push_back("--account=" + account.user);
    if (account.impersonated) words.push_back("--impersonate-service-account=" + *account.impersonated);
    words.push_back("--format=json");
    const std::string failure = "Could not read " + wanted.name() + " from Google Secret Manager";
    const auto answer = program().answer(std::move(words), failure);
    auto value = decode(answer.at("payload").at("data").get<std::string>());
    if (!value) throw std::runtime_error(failure + ": its data is not base64");
    return std::move(*value);
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> gcp_secret_manager_adapter(Processes& processes,
                                                          const EnvironmentMap& environment) {
  return std::make_unique<GcpSecretManager>(processes, environment);
}

}  // namespace kamal
