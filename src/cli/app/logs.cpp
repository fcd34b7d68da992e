#include <fmt/format.h>

#include "cli/app/app_commands.h"
#include "cli/log_following.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

constexpr const char* lines_when_following = "10";
constexpr const char* lines_when_showing = "100";

// Every selected role on every selected host; prefixed where there are several.
std::vector<FollowedLog> logs_to_follow(Context& context) {
  commands::LogOptions options = log_options(context, lines_when_following);
  options.container_id = context.options.text("container_id");
  std::vector<std::pair<Host, const Role*>> places;
  for (const Host& host : context.selection().app_hosts()) {
    for (const Role* role : context.selection().roles_on(host)) places.emplace_back(host, role);
  }
  std::vector<FollowedLog> logs;
  for (const auto& [host, role] : places) {
    const std::string prefix = places.size() == 1 ? "" : fmt::format("{} {}: ", host.str(), role->name.str());
    logs.push_back({host, prefix, [&context, options, host = host, role = role](FollowedLog::Round round) {
                      commands::LogOptions now = options;
                      if (round == FollowedLog::Round::again) {
                        now.since.reset();
                        now.lines.reset();
                      }
                      return commands::App(context.config, Version(), *role, host).follow_logs(now);
                    }});
  }
  return logs;
}

}  // namespace

void app_logs(Context& context) {
  if (context.options.flag("follow")) return follow_logs(context, logs_to_follow(context));
  commands::LogOptions options = log_options(context, lines_when_showing);
  options.container_id = context.options.text("container_id");
  context.on_roles(context.selection().app_hosts(), Context::Roles::side_by_side,
                   [&](sshkit::Remote& remote, const Role& role) {
                     const commands::App app(context.config, Version(), role, remote.host());
                     const sshkit::StepResult result =
                         remote.execute(app.logs(options), sshkit::OnFailure::go_on);
                     context.puts_by_host(remote.host(), result.ok() ? result.text() : "Nothing found");
                   });
}

}  // namespace kamal::cli
