#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/docker.h"

namespace kamal::cli {

// Resolves the credentials of the app's registry, or of the accessory's, for a login on these hosts. Called
// before anything runs; throws ConfigurationError for a secret that is missing, failed or empty.
void check_registry_credentials(const Context& context, const std::vector<Host>& hosts);
void check_registry_credentials(const Context& context, const std::vector<Host>& hosts,
                                const config::Accessory& accessory);

// The login to a registry, for steps on many hosts: its secrets are read once, and not at all without hosts.
class RegistryLogin {
 public:
  RegistryLogin(Context& context, const commands::Registry& registry, const std::vector<Host>& hosts);
  RegistryLogin(Context& context, const std::vector<Host>& hosts);  // the app's registry
  // Adds it, unless this run's last login there was with the same account.
  void add_to(sshkit::Steps& steps, const Host& host) const;

 private:
  Context& context_;
  std::string server_;
  Command login_;
};

// Likewise for one host and the app's registry.
void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps);
// Logs in on all these hosts at once.
void log_in_to_registry(Context& context, const std::vector<Host>& hosts);
void log_out_of_registry(Context& context);  // on all selected hosts

// Forwards the local registry's port to servers while in scope.
using RegistryForwarding = std::vector<std::unique_ptr<sshkit::Forward>>;

// Does nothing if the registry is not local.
RegistryForwarding forward_registry_to(Context& context, const std::vector<Host>& hosts);
// For commands that run `image`, which docker pulls if a host lacks it: on those hosts, and only for an image
// of a local registry, the app's or an accessory's. Starts the app's if it is stopped. If a port can't be
// forwarded, only warns, since docker may still find the image.
RegistryForwarding forward_registry_for_missing(Context& context, const std::vector<Host>& hosts,
                                                const std::string& image);
// Likewise for commands that always pull it.
RegistryForwarding forward_registry_for_pull(Context& context, const std::vector<Host>& hosts,
                                             const std::string& image);

}  // namespace kamal::cli
