#include "cli/build/registry_forwarding.h"

#include <fmt/format.h>

#include <mutex>
#include <optional>

#include "cli/build/location.h"
#include "cli/selection.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/registry.h"
#include "kamal/sshkit/server.h"

namespace kamal::cli {
namespace {

bool holds(const config::Registry& registry, const std::string& image) {
  return registry.local() && image.starts_with(*registry.server + "/");
}

// The local registry that the image comes from.
const config::Registry* local_registry_of(const config::Configuration& config, const std::string& image) {
  if (holds(config.registry, image)) return &config.registry;
  for (const config::Accessory& accessory : config.accessories) {
    if (accessory.registry && holds(*accessory.registry, image)) return &*accessory.registry;
  }
  return nullptr;
}

std::vector<Host> hosts_without(Context& context, const std::vector<Host>& hosts, const std::string& image) {
  std::vector<Host> unsure, missing;
  for (const Host& host : hosts) {
    if (context.servers.mark_image(host, image)) unsure.push_back(host);
  }
  std::mutex mutex;
  context.servers.on(unsure, [&](sshkit::Remote& remote) {
    const Command look = commands::inspect_image(image);
    if (remote.execute(look, sshkit::OnFailure::ignore, sshkit::LogLevel::debug).ok()) return;
    const std::lock_guard lock(mutex);
    missing.push_back(remote.host());
  });
  return missing;
}

void start_registry(Context& context, const config::Registry& registry) {
  if (&registry != &context.config.registry) return;
  sshkit::Local::Options options;
  options.on_failure = sshkit::OnFailure::ignore;
  context.local.execute(commands::Registry(context.config).start(), options);
}

enum class Refusal { fails, warns };

RegistryForwarding forward(Context& context, const config::Registry& registry, const std::vector<Host>& hosts,
                           Refusal refusal) {
  context.console.say(fmt::format("Setting up local registry port forwarding to {}...", joined(hosts, ", ")),
                      sshkit::Output::Tone::plain);
  const int port = std::stoi(registry.local_port());
  RegistryForwarding forwarding;
  std::mutex mutex;
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    try {
      std::unique_ptr<sshkit::Forward> forward = remote.server().forward_to_local(port, port);
      const std::lock_guard lock(mutex);
      forwarding.push_back(std::move(forward));
    } catch (const sshkit::ConnectionError& error) {
      if (refusal == Refusal::fails) throw;
      context.console.say(
          fmt::format("Could not forward port {} of {}: {}", port, remote.host().str(), error.what()),
          sshkit::Output::Tone::warning);
    }
  });
  return forwarding;
}

}  // namespace

void image_is_on(Context& context, const Host& host, const std::string& image) {
  context.servers.mark_image(host, image);
}

RegistryForwarding forward_registry_for_pull(Context& context, const std::vector<Host>& hosts,
                                             const std::string& image) {
  const config::Registry* const registry = local_registry_of(context.config, image);
  if (registry == nullptr || hosts.empty()) return {};
  start_registry(context, *registry);
  return forward(context, *registry, hosts, Refusal::warns);
}

RegistryForwarding forward_registry_for_missing(Context& context, const std::vector<Host>& hosts,
                                                const std::string& image) {
  if (local_registry_of(context.config, image) == nullptr) return {};
  return forward_registry_for_pull(context, hosts_without(context, hosts, image), image);
}

RegistryForwarding forward_registry_to(Context& context, const std::vector<Host>& hosts) {
  if (!context.config.registry.local()) return {};
  return forward(context, context.config.registry, hosts, Refusal::fails);
}

RegistryForwarding forward_registry_to_builder(Context& context, const commands::Builder& builder) {
  const bool remote =
      builder.kind() == commands::Builds::remote || builder.kind() == commands::Builds::hybrid;
  if (!remote) return {};
  const std::optional<Host> host = remote_builder_host(context.config);
  if (!host) return {};
  return forward_registry_to(context, {*host});
}

}  // namespace kamal::cli
