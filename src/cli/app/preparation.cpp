#include "cli/app/preparation.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/proxy/registration.h"
#include "cli/secret_checks.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

void add_assets(Steps& steps, const commands::App& app) {
  steps.push_back(Step::run(app.extract_assets()));
  // Saved only where something runs; an empty name is no failure here.
  steps.push_back(Step::run(app.current_running_version()).ignore_failure().save_as("old_version"));
  steps.push_back(Step::run(app.sync_asset_volumes(Version("${old_version}"))));
}

struct Certificate {
  std::string pem, private_key;
};

std::optional<Certificate> certificate_of(const Context& context, const config::Role& role) {
  if (!role.proxy || !role.proxy->custom_certificate()) return std::nullopt;
  const std::string key = fmt::format("servers/{}/proxy/ssl", role.name.str());
  return Certificate{required_secret(context.secrets(), *role.proxy->certificate_pem, key),
                     required_secret(context.secrets(), *role.proxy->private_key_pem, key)};
}

void add_certificates(Steps& steps, const Context& context, const commands::App& app,
                      const config::Role& role) {
  const std::optional<Certificate> certificate = certificate_of(context, role);
  if (!certificate) return;
  steps.push_back(Step::run(app.create_ssl_directory()));
  steps.push_back(upload_for_proxy(certificate->pem, app.tls_certificate_path()));
  steps.push_back(upload_for_proxy(certificate->private_key, app.tls_private_key_path()));
}

}  // namespace

void check_secrets_of_roles(const Context& context) {
  SecretChecks checks;
  for (const Host& host : context.selection().app_hosts()) {
    for (const config::Role* role : context.selection().roles_on(host)) {
      checks.add([&] { env_file_of(context, *role, host); });
      checks.add([&] { certificate_of(context, *role); });
    }
  }
  checks.throw_problems();
}

std::string env_file_of(const Context& context, const config::Role& role, const Host& host) {
  return config::env_file_text(
      context.config.env_of(role, host), context.secrets(),
      [&](const std::string& entry) { return context.config.secret_key(role, host, entry); });
}

RunningVersions prepare_boot(Context& context, const BootVersions& versions) {
  RunningVersions running;
  std::mutex mutex;
  const ErrorPages pages(context.config);
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const Version& version = versions.on(remote.host());
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    Steps steps;
    pages.add_to(steps, commands::App(context.config, version));
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      if (role->assets()) add_assets(steps, app);
      add_certificates(steps, context, app, *role);
    }
    const size_t questions = steps.size();
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      steps.push_back(Step::run(app.container_id_for_version(version)).ignore_failure());
      steps.push_back(Step::run(app.current_running_version()).ignore_failure());
    }
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < roles.size(); ++i) {
      RunningVersion& found = running[{remote.host(), roles[i]->name}];
      found.clashes = !results[questions + 2 * i].text().empty();
      const std::string name = results[questions + 2 * i + 1].text();
      if (!name.empty()) found.version = Version(name);
    }
  });
  return running;
}

}  // namespace kamal::cli
