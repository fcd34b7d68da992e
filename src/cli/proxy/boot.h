#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "cli/registry/registry.h"
#include "kamal/commands/accessory.h"
#include "kamal/commands/app.h"
#include "kamal/sshkit/server.h"

namespace kamal::cli {

void proxy_boot(Context& context);

// Throws if the network could not be created; an existing one is fine.
void check_network(const sshkit::Remote& remote, const sshkit::StepResult& creation);

// Forwards the local registry for proxies whose image (proxy/run in deploy.yml) comes from it.
RegistryForwarding forward_registry_for_proxies(Context& context, const std::vector<Host>& hosts);

// An upload for kamal-proxy, which runs as its own user.
sshkit::Step upload_for_proxy(std::string content, std::string path);

// A certificate named in deploy.yml.
struct Certificate {
  std::string pem, private_key;
};
// Nothing without one. `owner` is the key of the role or accessory: servers/web. Throws ConfigurationError
// for a secret that is missing, failed or empty.
std::optional<Certificate> read_certificate(const Context& context, const std::optional<config::Proxy>& proxy,
                                            const std::string& owner);
// Uploads it, if there is one, for an app or an accessory.
template <class Commands>
void add_certificate(sshkit::Steps& steps, const std::optional<Certificate>& certificate,
                     const Commands& commands) {
  if (!certificate) return;
  steps.push_back(sshkit::Step::run(commands.create_ssl_directory()));
  steps.push_back(upload_for_proxy(certificate->pem, commands.tls_certificate_path()));
  steps.push_back(upload_for_proxy(certificate->private_key, commands.tls_private_key_path()));
}

// Finds the role's container of that version, then has kamal-proxy route requests to it.
void add_registration(sshkit::Steps& steps, const commands::App& app, const Version& version,
                      const config::Role& role, const Host& host);
// The same for an accessory's running container.
void add_registration(sshkit::Steps& steps, const commands::Accessory& accessory);

// The pages of error_pages_path, which must be on the host when an app or accessory is registered.
class ErrorPages {
 public:
  explicit ErrorPages(const config::Configuration& config);  // reads the files

  // Uploads the pages for the app's version; does nothing without pages.
  void add_to(sshkit::Steps& steps, const commands::App& app) const;

 private:
  std::vector<std::pair<std::string, std::string>> pages_;  // name and content
};

}  // namespace kamal::cli
