#include "cli/registry/registry.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/build/builder.h"
#include "cli/selection.h"
#include "kamal/commands/docker.h"
#include "kamal/sshkit/server.h"

namespace kamal::cli {
namespace {

bool here(const Context& context) { return !context.options.flag("skip_local"); }
bool on_servers(const Context& context) { return !context.options.flag("skip_remote"); }

void execute_on_servers(Context& context, const Command& command) {
  context.servers.on(context.selection().hosts(), [&](sshkit::Remote& remote) { remote.execute(command); });
}

void refuse_local_registry(const Context& context, const char* command, const char* instead) {
  if (!context.config.registry.local()) return;
  throw UsageError(fmt::format("Cannot use {} command with a local registry. Use `kamal registry {}` instead",
                               command, instead));
}

void registry_setup(Context& context) {
  const commands::Registry registry(context.config);
  if (!here(context) && !on_servers(context)) return;
  const Command login = registry.login(context.secrets());
  if (here(context)) ensure_docker_installed(context);
  if (registry.local()) {
    if (here(context)) context.local.execute(registry.setup());
    return;
  }
  if (here(context)) context.local.execute(login);
  if (on_servers(context)) execute_on_servers(context, login);
}

void registry_remove(Context& context) {
  const commands::Registry registry(context.config);
  if (registry.local()) {
    if (here(context)) try_locally(context, registry.remove());
    return;
  }
  if (here(context)) context.local.execute(registry.logout());
  if (on_servers(context)) execute_on_servers(context, registry.logout());
}

void registry_login(Context& context) {
  refuse_local_registry(context, "login", "setup");
  registry_setup(context);
}

void registry_logout(Context& context) {
  refuse_local_registry(context, "logout", "remove");
  registry_remove(context);
}

std::vector<OptionSpec> skip_options() {
  return {{.name = "skip_local", .short_name = 'L', .help = "Skip this machine"},
          {.name = "skip_remote", .short_name = 'R', .help = "Skip the servers"}};
}

bool holds(const config::Registry& registry, const std::string& image) {
  return registry.local() && image.starts_with(*registry.server + "/");
}

// The image's local registry.
const config::Registry* local_registry_of(const config::Configuration& config, const std::string& image) {
  if (holds(config.registry, image)) return &config.registry;
  for (const config::Accessory& accessory : config.accessories) {
    if (accessory.registry && holds(*accessory.registry, image)) return &*accessory.registry;
  }
  return nullptr;
}

std::vector<Host> hosts_without(Context& context, const std::vector<Host>& hosts, const std::string& image) {
  std::vector<Host> unsure;
  for (const Host& host : hosts) {
    if (context.servers.mark_image(host, image)) unsure.push_back(host);
  }
  return context.servers.hosts_where(unsure, [&](sshkit::Remote& remote) {
    const Command look = commands::inspect_image(image);
    return !remote.execute(look, sshkit::OnFailure::ignore, sshkit::LogLevel::debug).ok();
  });
}

void start_registry(Context& context, const config::Registry& registry) {
  if (&registry != &context.config.registry) return;
  try_locally(context, commands::Registry(context.config).start());
}

enum class Refusal { fails, warns };

RegistryForwarding forward(Context& context, const config::Registry& registry, const std::vector<Host>& hosts,
                           Refusal refusal) {
  context.say(fmt::format("Setting up local registry port forwarding to {}...", joined(hosts, ", ")),
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
      context.say(fmt::format("Could not forward port {} of {}: {}", port, remote.host().str(), error.what()),
                  sshkit::Output::Tone::warning);
    }
  });
  return forwarding;
}

}  // namespace

RegistryLogin::RegistryLogin(Context& context, const commands::Registry& registry,
                             const std::vector<Host>& hosts)
    : context_(context),
      server_(registry.server()),
      login_(hosts.empty() ? Command() : registry.login(context.secrets())) {}

RegistryLogin::RegistryLogin(Context& context, const std::vector<Host>& hosts)
    : RegistryLogin(context, commands::Registry(context.config), hosts) {}

void RegistryLogin::add_to(sshkit::Steps& steps, const Host& host) const {
  if (login_.empty()) return;
  const std::string account = login_.shell_text() + "\n" + login_.input().value_or("");
  if (context_.servers.mark_login(host, server_, account)) steps.push_back(sshkit::Step::run(login_));
}

void check_registry_credentials(const Context& context, const std::vector<Host>& hosts) {
  if (!hosts.empty()) static_cast<void>(commands::Registry(context.config).login(context.secrets()));
}

void check_registry_credentials(const Context& context, const std::vector<Host>& hosts,
                                const config::Accessory& accessory) {
  if (!hosts.empty())
    static_cast<void>(commands::Registry(context.config, accessory).login(context.secrets()));
}

void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps) {
  RegistryLogin(context, {host}).add_to(steps, host);
}

void log_in_to_registry(Context& context, const std::vector<Host>& hosts) {
  const RegistryLogin login(context, hosts);
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    remote.run(steps);
  });
}

void log_out_of_registry(Context& context) {
  const commands::Registry registry(context.config);
  if (!registry.local()) execute_on_servers(context, registry.logout());
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

std::vector<CommandSpec> registry_commands() {
  return {
      {.name = "login",
       .summary = "Log in locally and on the servers",
       .options = skip_options(),
       .examples = {"kamal registry login", "kamal registry login -L"},
       .run = registry_login},
      {.name = "logout",
       .summary = "Log out locally and on the servers",
       .options = skip_options(),
       .run = registry_logout},
      {.name = "remove",
       .summary = "Remove the local registry or log out of a remote one",
       .options = skip_options(),
       .run = registry_remove},
      {.name = "setup",
       .summary = "Start the local registry or log in to a remote one",
       .options = skip_options(),
       .run = registry_setup},
  };
}

}  // namespace kamal::cli
