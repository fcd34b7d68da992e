#include <fmt/format.h>

#include "cli/app/app_commands.h"
#include "cli/log_following.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

constexpr const char* lines_when_following = "10";
constexpr const char* lines_when_showing = "100";

// Every selected role on every selected host; prefixed where there are several.
void follow_app(Context& context, const commands::LogOptions& options) {
  std::vector<std::pair<Host, const Role*>> places;
  for (const Host& host : context.selection().app_hosts()) {
    for (const Role* role : context.selection().roles_on(host)) places.emplace_back(host, role);
  }
  std::vector<FollowedLog> logs;
  for (const auto& [host, role] : places) {
    const std::string prefix = places.size() == 1 ? "" : fmt::format("{} {}: ", host.str(), role->name.str());
    const commands::App app(context.config, Version(), *role, host);
    logs.push_back({host, prefix, app.container_of(options),
                    [app](const commands::LogOptions& now) { return app.follow_logs(now); }});
  }
  follow_logs(context, options, logs);
}

}  // namespace

void app_logs(Context& context) {
  const bool follow = context.options.flag("follow");
  commands::LogOptions options = log_options(context, follow ? lines_when_following : lines_when_showing);
  options.container_id = context.options.text("container_id");
  if (follow) return follow_app(context, options);
  context.on_roles(context.selection().app_hosts(), Context::Roles::side_by_side,
                   [&](sshkit::Remote& remote, const Role& role) {
                     const commands::App app(context.config, Version(), role, remote.host());
                     const sshkit::StepResult result =
                         remote.execute(app.logs(options), sshkit::OnFailure::go_on);
                     context.puts_by_host(remote.host(), result.ok() ? result.text() : "Nothing found");
                   });
}

}  // namespace kamal::cli
