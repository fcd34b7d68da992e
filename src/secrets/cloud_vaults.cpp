#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {
namespace {

class AwsSecretsManager : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  using Json = nlohmann::ordered_json;

  // A missing secret, perhaps a key of the JSON secret `item`.
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
      if (!one.item.empty()) add_once(items, one.item);
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
      if (json.is_object() && json.contains(wanted.key)) return text_of(json.at(wanted.key)).value_or("null");
    }
    return std::nullopt;
  }

  // A JSON object is taken apart. Everything else is the secret as it was stored: Kamal rewrites
  // numbers (1.10 becomes 1.1) and strips the quotes of JSON strings.
  static void add(const Json& secret, SecretValues& values) {
    const std::string name = secret.at("Name").get<std::string>();
    const auto text = text_of(member(secret, "SecretString"));
    if (!text) throw std::runtime_error(name + " in AWS Secrets Manager is binary, not text");
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object()) return set_value(values, name, text);
    for (const auto& [key, value] : json.items())
      set_value(values, name + "/" + key, text_of(value).value_or("null"));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> aws_secrets_manager_adapter(VaultProgram program) {
  return std::make_unique<AwsSecretsManager>(std::move(program));
}

namespace {

constexpr const char* by_default = "default";  // the project or the user that gcloud is configured with

// USER or USER|SERVICE_ACCOUNT[,SERVICE_ACCOUNT...]: the user, and the service accounts to impersonate.
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
    if (parts.empty()) throw std::runtime_error("Google Secret Manager: missing secret name");
    if (parts.size() > 1) project = parts[0];
    secret = parts.size() > 1 ? parts[1] : parts[0];
    if (parts.size() > 2) version = parts[2];
  }
  std::string name() const { return project + "/" + secret; }
};

// gcloud prints URL-safe base64, which Kamal misreads.
std::optional<std::string> decode(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return base64_decode(text);
}

class GcpSecretManager : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

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

std::unique_ptr<SecretAdapter> gcp_secret_manager_adapter(VaultProgram program) {
  return std::make_unique<GcpSecretManager>(std::move(program));
}

namespace {

class Doppler : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  void log_in(const SecretRequest&) override {
    if (program().succeeds({"me", "--json"})) return;
    program().log_in({"login", "-y"}, "Could not log in to Doppler");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words paths = names_under(request);
    if (paths.empty()) throw std::runtime_error("Doppler: no secrets given");
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
    if (parts.size() < 2) throw std::runtime_error("Doppler requires --from PROJECT/CONFIG");
    return {"-p", parts[0], "-c", parts[1]};
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> doppler_adapter(VaultProgram program) {
  return std::make_unique<Doppler>(std::move(program));
}

}  // namespace kamal
