#include "commands/arguments.h"
#include "commands/logs.h"
#include "kamal/commands/app.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Command App::execute_in_existing_container(const Arguments& command, Interaction interaction,
                                           const ExecEnv& env) const {
  return docker({"exec"})
      .add(interaction_arguments(interaction))
      .add(commands::env_arguments(env))
      .add(word(container_name()))
      .add(command);
}

Command App::execute_in_new_container(const Arguments& command, const NewContainer& options) const {
  const std::string name =
      config_.container_prefix(role()) + "-exec-" + version_.str() + "-" + options.name_suffix;
  return docker({"run"})
      .add(interaction_arguments(options.interaction))
      .add(options.detach == Detach::yes ? "--detach" : "--rm")
      .add(Arguments{"--name", word(name), "--network", network_name})
      .add(env_arguments())
      .add(commands::env_arguments(options.env))
      .add(logging_arguments(role().logging))
      .add(volume_arguments(config_.volumes))
      .add(option_arguments(role().options))
      .add(word(config_.absolute_image(version_)))
      .add(command);
}

Command App::logs(const LogOptions& options) const {
  const Command logs = docker({"logs"})
                           .add(timestamps_argument(options))
                           .add(since_arguments(options))
                           .add(tail_arguments(options))
                           .add(Argument::syntax("2>&1"));
  return pipe({pipe_to_xargs(container_of(options), logs), grep_command(options, Following::no)});
}

Command App::follow_logs(const LogOptions& options) const {
  const Command logs = docker({"logs"})
                           .add(timestamps_argument(options))
                           .add(since_arguments(options))
                           .add(tail_arguments(options))
                           .add("--follow")
                           .add(Argument::syntax("2>&1"));
  return pipe({pipe_to_xargs(container_of(options), logs), grep_command(options, Following::yes)});
}

Command App::container_of(const LogOptions& options) const {
  if (options.container_id) return {"echo", word(*options.container_id)};
  return options.version ? container_id_for_version(*options.version) : current_running_container_id();
}

}  // namespace kamal::commands
