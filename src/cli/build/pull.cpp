#include "cli/build/pull.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "cli/app/versions.h"
#include "cli/build/location.h"
#include "cli/build/registry_forwarding.h"
#include "cli/errors.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"

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
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    if (hosts.size() > 1) steps.push_back(sshkit::Step::run(builder.first_mirror()).ignore_failure());
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

// Versions on the hosts that could not pull the one wanted, for the error to name.
class Available {
 public:
  void add(const Context& context, sshkit::Remote& remote) {
    const sshkit::StepResult tags = remote.execute(commands::App(context.config, Version()).list_image_tags(),
                                                   sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    const std::lock_guard lock(mutex_);
    asked_ = true;
    for (const Version& version : ImageTags(tags.out).versions()) {
      if (std::find(versions_.begin(), versions_.end(), version) == versions_.end())
        versions_.push_back(version);
    }
  }
  bool asked() const { return asked_; }
  const std::vector<Version>& versions() const { return versions_; }

 private:
  std::mutex mutex_;
  bool asked_ = false;
  std::vector<Version> versions_;
};

void pull_with_steps(Context& context, const commands::Builder& builder, sshkit::Remote& remote,
                     Available& available) {
  const std::string line = "Pulled image with version " + context.version().str();
  const sshkit::Steps steps = {context.audit(line), sshkit::Step::run(builder.clean()).ignore_failure(),
                               sshkit::Step::run(builder.pull()),
                               sshkit::Step::run(builder.validate_image())};
  constexpr size_t pull = 2;
  size_t last = 0;
  try {
    remote.run(steps, [&](size_t index, const sshkit::StepResult&) { last = index; });
  } catch (const sshkit::CommandFailed&) {
    if (last == pull) available.add(context, remote);
    throw;
  }
  context.servers.mark_run_directory(remote.host());
  image_is_on(context, remote.host(), context.config.absolute_image(context.version()));
}

// What to type instead. With builder/context, uncommitted changes make a new version in every run.
std::string advice(Context& context) {
  const bool uncommitted = context.version().str().find("_uncommitted_") != std::string::npos;
  const std::string why = uncommitted && !context.explicit_version()
                              ? "uncommitted changes make a new version that only a build pushes; "
                              : "";
  const char* const build = context.options.flag("skip_push") ? "run without -P to build and push it"
                                                              : "run `kamal build push` to push it";
  return fmt::format("{}pass --version VERSION to use another version, or {}", why, build);
}

void pull_on(Context& context, const commands::Builder& builder, const std::vector<Host>& hosts,
             Pushed pushed) {
  Available available;
  try {
    context.servers.on(hosts,
                       [&](sshkit::Remote& remote) { pull_with_steps(context, builder, remote, available); });
  } catch (const sshkit::ExecuteError& error) {
    // An image that was just pushed is there: the cause is another one.
    if (pushed == Pushed::yes || !available.asked()) throw;
    const std::string there = joined(available.versions(), ", ");
    throw Error(ErrorKind::build,
                fmt::format("{}\nCould not pull version {} (available on the servers: {}): {}", error.what(),
                            context.version().str(), there.empty() ? "none" : there, advice(context)));
  }
}

}  // namespace

void pull_image(Context& context, Pushed pushed) {
  check_registry_credentials(context, context.selection().app_hosts());
  const commands::Builder builder(context.config, context.version(), build_location(context));
  const std::vector<Host> seeds = log_in_and_find_mirrors(context, builder);
  std::vector<Host> others = context.selection().app_hosts();
  const RegistryForwarding forwarding = forward_registry_to(context, context.selection().app_hosts());
  if (!seeds.empty()) {
    context.console.say(fmt::format("Pulling image on {} to seed the mirror{}...", joined(seeds, ", "),
                                    seeds.size() > 1 ? "s" : ""));
    pull_on(context, builder, seeds, pushed);
    context.console.say("Pulling image on remaining hosts...");
    std::erase_if(
        others, [&](const Host& host) { return std::find(seeds.begin(), seeds.end(), host) != seeds.end(); });
  }
  pull_on(context, builder, others, pushed);
}

std::vector<CommandSpec> build_pull_commands() {
  return {{.name = "pull",
           .summary = "Pull the image on the servers",
           .examples = {"kamal build pull --version 5b3a1f0"},
           .run = [](Context& context) { pull_image(context, Pushed::no); }}};
}

}  // namespace kamal::cli
