#include "cli/server/server.h"

#include <fmt/format.h>

#include "cli/exec.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/lock/deploy_lock.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

bool succeeds(sshkit::Remote& remote, const Command& command) {
  return remote.execute(command, sshkit::OnFailure::ignore).ok();
}

// False if Docker is missing and can't be installed.
bool ensure_docker(Context& context, sshkit::Remote& remote) {
  if (succeeds(remote, commands::docker_installed())) return true;
  if (!succeeds(remote, commands::superuser())) return false;
  context.output.log(sshkit::Severity::info,
                     fmt::format("Missing Docker on {}. Installing…", remote.host().str()));
  remote.execute(commands::install_docker());
  if (!succeeds(remote, commands::root()) && !succeeds(remote, commands::in_docker_group())) {
    remote.execute(commands::add_to_docker_group());
  }
  remote.server().reconnect();  // for the new group, and a PATH with docker
  return true;
}

void exec_interactively(Context& context, const Command& command, const std::string& text) {
  if (!context.selection().primary_host()) throw UsageError("No host to run the command on");
  const Host primary = *context.selection().primary_host();
  context.say(fmt::format("Running '{}' on {} interactively...", text, primary.str()));
  run_interactively(context, primary, command);
}

void server_exec(Context& context) {
  refuse_with(context, "raw", {"interactive"});
  const std::string text = commands::exec_text(context.invocation.arguments);
  require_command(text, "kamal server exec [OPTIONS] CMD");
  const Command command = commands::Server(context.config).execute(context.invocation.arguments);
  if (context.options.flag("interactive")) return exec_interactively(context, command, text);

  ExecOutput output(context);
  context.say(fmt::format("Running '{}' on {}...", text, joined(context.selection().hosts(), ", ")));
  context.servers.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
    const std::string line = fmt::format("Executed cmd '{}' on {}", text, remote.host().str());
    output.show(remote.host(), remote.run({context.audit(line), sshkit::Step::run(command)}).back());
  });
}

}  // namespace

void server_bootstrap(Context& context) {
  with_lock(context, [&] {
    const std::vector<Host> missing = context.servers.hosts_where(
        context.selection().hosts(), [&](sshkit::Remote& remote) { return !ensure_docker(context, remote); });
    if (!missing.empty()) {
      throw Error(
          ErrorKind::dependency,
          fmt::format("Docker is not installed on {}. Installing it requires root (or passwordless sudo) and "
                      "curl or wget. Install it manually: https://docs.docker.com/engine/install/",
                      joined(missing, ", ")));
    }
    run_hook(context, "docker-setup");
  });
}

std::vector<CommandSpec> server_commands() {
  return {
      {.name = "bootstrap",
       .summary = "Install Docker if missing",
       .examples = {"kamal server bootstrap -h 192.0.2.7"},
       .run = server_bootstrap},
      {.name = "exec",
       .summary = "Run a shell command on the servers",
       .arguments = "[CMD...]",
       .max_args = any_number,
       .options = {interactive_option(), raw_option()},
       .forwards_unknown_options = true,
       .details = paragraphs(R"(
Runs on each selected host; with -i, only on the primary host.

A single argument is a shell line and runs as written: `kamal server exec 'df -h | grep $HOME'`. Several arguments
stay separate, each quoted once; only the first one is still a shell line, and a shell operator among them (`kamal
server exec docker ps '|' wc -l`) joins them all into one line.

kamal options may appear anywhere; everything after -- belongs to the command: `kamal server exec -- ls -la`)"),
       .examples = {"kamal server exec uptime", "kamal server exec -i bash"},
       .run = server_exec},
  };
}

}  // namespace kamal::cli
