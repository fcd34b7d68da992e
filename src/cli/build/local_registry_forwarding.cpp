#include "cli/build/local_registry_forwarding.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/build/remote_builder.h"
#include "cli/joined.h"

namespace kamal::cli {
RegistryForwarding forward_registry_to(Context& context, const std::vector<Host>& hosts) {
  RegistryForwarding forwarding;
  if (!context.config.registry.local()) return forwarding;
  context.say(fmt::format("Setting up local registry port forwarding to {}...", joined(hosts, ", ")),
              sshkit::Output::Tone::plain);
  const int port = std::stoi(context.config.registry.local_port());
  std::mutex mutex;
  context.on(hosts, [&](sshkit::Remote& remote) {
    std::unique_ptr<sshkit::Forward> forward = remote.server().forward_to_local(port, port);
    const std::lock_guard lock(mutex);
    forwarding.push_back(std::move(forward));
  });
  return forwarding;
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
