#include "cli/app/settle.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/app/fleet.h"
#include "cli/errors.h"
#include "cli/selection.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Step;
using std::chrono::milliseconds;

constexpr milliseconds between_looks = 1s;
constexpr const char* lines_of_cause = "20";

milliseconds settle_time(const Context& context) {
  return context.options.seconds("settle").value_or(context.config.extensions.settle);
}

// Watches the roles of one host.
class Watch {
 public:
  Watch(Context& context, sshkit::Remote& remote, const Version& version)
      : context_(context),
        remote_(remote),
        version_(version),
        roles_(context.selection().roles_on(remote.host())) {}

  void run(milliseconds time) {
    const auto deadline = context_.effects.clock.ticks() + time;
    const std::vector<AppContainer> first = look();
    while (true) {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - context_.effects.clock.ticks());
      if (left.count() <= 0) return;
      context_.effects.clock.sleep(std::min(left, between_looks));
      context_.effects.interruption.check();
      const std::vector<AppContainer> now = look();
      for (size_t i = 0; i < roles_.size(); ++i) check(*roles_[i], first[i], now[i]);
    }
  }

 private:
  std::vector<AppContainer> look() {
    std::vector<AppContainer> containers;
    for (const RoleState& state : inspect_roles(context_, remote_, roles_)) {
      const AppContainer* const found = state.find(version_);
      containers.push_back(found ? *found : AppContainer{.version = version_, .status = "gone"});
    }
    return containers;
  }

  void check(const config::Role& role, const AppContainer& first, const AppContainer& now) {
    const bool restarted = now.restarts > first.restarts || now.started_at != first.started_at;
    if (now.status != "running" || restarted || now.health == "unhealthy") fail(role, describe(now));
    if (!role.running_proxy()) return;
    const commands::App app(context_.config, version_, role, remote_.host());
    const std::string state =
        remote_.capture(app.proxy_health_of(now.id), sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    if (state.find("\"state\":\"unhealthy\"") != std::string::npos)
      fail(role, "kamal-proxy reports it as unhealthy");
  }

  [[noreturn]] void fail(const config::Role& role, const std::string& what) {
    const commands::App app(context_.config, version_, role, remote_.host());
    commands::LogOptions logs;
    logs.version = version_;
    logs.lines = lines_of_cause;
    const std::string text = context_.output.readable(
        remote_.capture(app.logs(logs), sshkit::OnFailure::ignore, sshkit::LogLevel::debug));
    throw Error(ErrorKind::healthcheck, fmt::format("{} did not stay up: {}{}", app.container_name(), what,
                                                    text.empty() ? "" : "\n" + last_lines_text(text)));
  }

  Context& context_;
  sshkit::Remote& remote_;
  const Version& version_;
  std::vector<const config::Role*> roles_;
};

}  // namespace

void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions) {
  const milliseconds time = settle_time(context);
  if (time.count() <= 0) return;
  context.console.say(fmt::format("Watching the new containers for {} seconds...",
                                  std::chrono::duration<double>(time).count()));
  context.servers.on(
      hosts, [&](sshkit::Remote& remote) { Watch(context, remote, versions.on(remote.host())).run(time); });
}

}  // namespace kamal::cli
