#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/accessory/accessory.h"
#include "cli/app/boot.h"
#include "cli/doctor/local_checks.h"
#include "cli/failures.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/doctor.h"
#include "kamal/support/files.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::chrono::days enough_validity{14};

// Problems of secrets that several settings need are listed once.
void add_problems(Checks& checks, const ConfigurationError& error) {
  std::vector<std::string> texts = mapped(error.problems(), [](const Problem& one) { return one.text(); });
  if (texts.empty()) texts = {error.what()};
  for (const std::string& text : texts) {
    const std::string what = printable(first_line(text));
    const bool known = std::ranges::any_of(checks, [&](const Check& check) { return check.what == what; });
    if (!known) checks.push_back(problem("secrets", what, ""));
  }
}

void require_build_secrets(const Context& context) {
  for (const std::string& name : context.config.builder.secrets)
    static_cast<void>(context.secrets().get(name, "builder/secrets"));
}

// The client configuration without stored credentials, in a private directory that is removed afterwards: a
// login is tried with it, and the user's own logins stay as they are.
class ScratchDockerConfig {
 public:
  explicit ScratchDockerConfig(const EnvironmentMap& environment) {
    std::string path = (temp_directory(environment) / "kamal-doctor-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw FileError("Could not create a directory like " + path);
    directory_ = path;
    const fs::path own = get(environment, "DOCKER_CONFIG").value_or(expand_home("~/.docker", environment));
    std::error_code without_contexts;
    fs::create_directory_symlink(own / "contexts", directory_ / "contexts", without_contexts);
    write_file(directory_ / "config.json", without_credentials(own / "config.json"), 0600);
  }
  ~ScratchDockerConfig() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  ScratchDockerConfig(const ScratchDockerConfig&) = delete;
  ScratchDockerConfig& operator=(const ScratchDockerConfig&) = delete;

  std::string directory() const { return directory_.string(); }

 private:
  static std::string without_credentials(const fs::path& file) {
    nlohmann::json settings =
        nlohmann::json::parse(read_file_if_exists(file).value_or(""), nullptr, /*allow_exceptions=*/false);
    if (!settings.is_object()) settings = nlohmann::json::object();
    for (const char* key : {"auths", "credsStore", "credHelpers"}) settings.erase(key);
    return settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  fs::path directory_;
};

std::string registry_name(const commands::Registry& registry) {
  return registry.server().empty() ? "Docker Hub" : registry.server();
}

Check try_login(Context& context, const commands::Registry& registry) {
  const ScratchDockerConfig scratch(context.effects.environment);
  const Command login = question(registry.login(context.secrets()));
  const sshkit::StepResult reply = ask_here(context.local, login, {{"DOCKER_CONFIG", scratch.directory()}});
  if (reply.ok()) return ok("registry-login", registry_name(registry));
  return problem(
      "registry-login",
      fmt::format("{}: {}", registry_name(registry), reason_of_query(reply, "docker login", context.output)),
      kamal_command(context.options, "registry login -R"));
}

Check check_registry_login(Context& context, const commands::Registry& registry) {
  try {
    if (registry.local()) return ok("registry-login", "not needed for a local registry");
    return try_login(context, registry);
  } catch (const ConfigurationError&) {
    return unknown("registry-login", "its credentials can't be read");
  } catch (const FileError& error) {
    return unknown("registry-login", error.what());
  }
}

using Certificate509 = std::unique_ptr<X509, decltype(&X509_free)>;

// The first certificate of a PEM file; null if there is none.
Certificate509 parse_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  return {PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &X509_free};
}

std::chrono::system_clock::time_point expiry(const X509& certificate) {
  tm time{};
  ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time);
  return std::chrono::system_clock::from_time_t(timegm(&time));
}

// `what` has expired, or will soon.
Check check_expiry(const std::string& what, std::chrono::system_clock::time_point end,
                   std::chrono::system_clock::time_point now, const std::string& renew) {
  const std::string date = iso8601_utc(end).substr(0, 10);
  if (end <= now) return problem("certificate", fmt::format("{}: expired on {}", what, date), renew);
  if (end - now < enough_validity)
    return warning("certificate", fmt::format("{}: expires on {}", what, date), renew);
  return ok("certificate", fmt::format("{}: valid until {}", what, date));
}

Check check_custom_certificate(const std::string& owner, const std::string& pem, const std::string& secret,
                               std::chrono::system_clock::time_point now) {
  const Certificate509 certificate = parse_certificate(pem);
  const std::string renew = fmt::format("renew the certificate in the secret {}", secret);
  if (certificate) return check_expiry(owner, expiry(*certificate), now, renew);
  return problem("certificate", fmt::format("{}: the secret {} is not a PEM certificate", owner, secret),
                 renew);
}

// expire date: Mar  1 12:00:00 2027 GMT
std::optional<std::chrono::system_clock::time_point> presented_expiry(const std::string& text) {
  constexpr std::string_view label = "expire date: ";
  const size_t start = text.find(label);
  tm time{};
  if (start == std::string::npos ||
      strptime(text.c_str() + start + label.size(), "%b %d %H:%M:%S %Y GMT", &time) == nullptr)
    return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&time));
}

// curl's exit status for a certificate that it does not accept.
constexpr int not_trusted = 60;

Check check_presented_certificate(Context& context, const std::string& name,
                                  const sshkit::StepResult& reply) {
  const std::string renew =
      fmt::format("point {} at the server; kamal-proxy then renews the certificate", name);
  if (const auto end = presented_expiry(reply.err))
    return check_expiry(name, *end, context.effects.clock.now(), renew);
  const std::string reason = fmt::format("{}: {}", name, reason_of_query(reply, "curl", context.output));
  return reply.status == not_trusted ? problem("certificate", reason, renew) : unknown("certificate", reason);
}

// Hostnames whose certificate kamal-proxy gets from Let's Encrypt.
void add_automatic_names(std::vector<std::string>& names, const std::optional<config::Proxy>& proxy) {
  if (!proxy || !proxy->ssl || proxy->custom_certificate()) return;
  for (const std::string& name : proxy->hosts) {
    if (is_public_name(name)) add_once(names, name);
  }
}

// Secrets that can't be read are a problem of their own.
void add_certificate_check(Checks& checks, const Context& context, const std::optional<config::Proxy>& proxy,
                           const std::string& owner) {
  try {
    const std::optional<Certificate> certificate = read_certificate(context, proxy, owner);
    if (certificate)
      checks.push_back(check_custom_certificate(owner, certificate->pem, *proxy->certificate_pem,
                                                context.effects.clock.now()));
  } catch (const ConfigurationError&) {
    checks.push_back(unknown("certificate", fmt::format("{}: its secrets can't be read", owner)));
  }
}

}  // namespace

Checks check_secrets(Context& context) {
  Checks checks;
  const auto require = [&](const auto& check) {
    try {
      check();
    } catch (const ConfigurationError& error) {
      add_problems(checks, error);
    }
  };
  require([&] {
    if (const auto failures = context.secrets().failures(); !failures.empty())
      throw ConfigurationError(failures);
  });
  require([&] { check_registry_credentials(context, context.selection().hosts()); });
  require([&] { check_secrets_of_roles(context); });
  require([&] { check_secrets_to_reboot_accessories(context); });
  require([&] { require_build_secrets(context); });
  if (!checks.empty()) return checks;
  const auto count = static_cast<int64_t>(context.secrets().all().size());
  return {ok("secrets", counted(count, "secret") + " resolved")};
}

Checks check_certificates(Context& context) {
  Checks checks;
  std::vector<std::string> names;
  for (const config::Role* role : context.selection().roles()) {
    add_certificate_check(checks, context, role->proxy, "servers/" + role->name.str());
    add_automatic_names(names, role->proxy);
  }
  for (const config::Accessory& accessory : context.config.accessories) {
    add_certificate_check(checks, context, accessory.proxy, "accessories/" + accessory.name);
    add_automatic_names(names, accessory.proxy);
  }
  for (const auto& [name, reply] : ask_about(context.local, names, commands::look_at_certificate))
    checks.push_back(check_presented_certificate(context, name, reply));
  return checks;
}

Checks check_registry_logins(Context& context) {
  Checks checks = {check_registry_login(context, commands::Registry(context.config))};
  for (const config::Accessory& accessory : context.config.accessories) {
    if (accessory.registry)
      checks.push_back(check_registry_login(context, commands::Registry(context.config, accessory)));
  }
  return checks;
}

}  // namespace kamal::cli
