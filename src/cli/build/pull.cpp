#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "cli/build/build_commands.h"
#include "cli/build/build_place.h"
#include "cli/build/local_registry_forwarding.h"
#include "cli/joined.h"
#include "cli/registry_login.h"

namespace kamal::cli {
namespace {

// What docker says on a server that has no mirror.
constexpr const char* no_mirror = "error calling index: reflect: slice index out of range";

// Logs in everywhere and asks for mirrors in the same round trip. One host for each mirror there is.
std::vector<Host> log_in_and_find_mirrors(Context& context, const commands::Builder& builder) {
  const std::vector<Host> hosts = context.selection().app_hosts();
  const RegistryLogin login(context, commands::Registry(context.config), hosts);
  std::map<std::string, Host> mirrors;
  std::mutex mutex;
  context.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    if (hosts.size() > 1) steps.push_back(or_go_on(builder.first_mirror()));
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    if (hosts.size() < 2) return;
    const sshkit::StepResult& answer = results.back();
    if (!answer.ok() && answer.err.find(no_mirror) == std::string::npos) {
      throw sshkit::CommandFailed(builder.first_mirror().display(), answer.status, answer.out, answer.err);
    }
    const std::lock_guard lock(mutex);
    if (answer.ok() && !answer.text().empty()) mirrors.emplace(answer.text(), remote.host());
  });
  std::vector<Host> seeds;
  for (const auto& [mirror, host] : mirrors) seeds.push_back(host);
  return seeds;
}

void pull_on(Context& context, const commands::Builder& builder, const std::vector<Host>& hosts) {
  const std::string line = "Pulled image with version " + context.version().str();
  context.on(hosts, [&](sshkit::Remote& remote) {
    remote.run({context.audit(line), or_go_on(builder.clean()), step(builder.pull()),
                step(builder.validate_image())});
    context.first_time("run directory", remote.host());
    image_is_on(context, remote.host(), context.config.absolute_image(context.version()));
  });
}

}  // namespace

void build_pull(Context& context) {
  const commands::Builder builder(context.config, context.version(), build_place(context));
  const std::vector<Host> seeds = log_in_and_find_mirrors(context, builder);
  std::vector<Host> others = context.selection().app_hosts();
  const RegistryForwarding forwarding = forward_registry_to(context, context.selection().app_hosts());
  if (!seeds.empty()) {
    context.say(fmt::format("Pulling image on {} to seed the mirror{}...", joined(seeds, ", "),
                            seeds.size() > 1 ? "s" : ""));
    pull_on(context, builder, seeds);
    context.say("Pulling image on remaining hosts...");
    std::erase_if(
        others, [&](const Host& host) { return std::find(seeds.begin(), seeds.end(), host) != seeds.end(); });
  }
  pull_on(context, builder, others);
}

}  // namespace kamal::cli
