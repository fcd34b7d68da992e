#include "kamal/commands/server.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/deploy_lock.h"
#include "cli/errors.h"
#include "cli/exec_output.h"
#include "cli/exit_status.h"
#include "cli/groups.h"
#include "cli/hooks.h"
#include "cli/joined.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/exec_words.h"

namespace kamal::cli {
namespace {

bool succeeds(sshkit::Remote& remote, const Command& command) {
  return remote.execute(command, sshkit::OnFailure::ignore).ok();
}

// False where Docker is missing and can't be installed.
bool ensure_docker(Context& context, sshkit::Remote& remote) {
  if (succeeds(remote, commands::docker_installed())) return true;
  if (!succeeds(remote, commands::superuser())) return false;
  context.output.log(sshkit::Severity::info,
                     fmt::format("Missing Docker on {}. Installing…", remote.host().str()));
  remote.execute(commands::install_docker());
  if (!succeeds(remote, commands::root()) && !succeeds(remote, commands::in_docker_group())) {
    remote.execute(commands::add_to_docker_group());
  }
  remote.server().reconnect();  // the new group, and a path that has docker on it
  return true;
}

void exec_interactively(Context& context, const Command& command, const std::string& text) {
  if (!context.selection().primary_host()) throw UsageError("There is no server to run it on");
  const Host primary = *context.selection().primary_host();
  context.say(fmt::format("Running '{}' on {} interactively...", text, primary.str()));
  exit_unless_successful(context.server(primary).run_interactively(command));
}

}  // namespace

void server_bootstrap(Context& context) {
  with_lock(context, [&] {
    std::vector<Host> missing;
    std::mutex mutex;
    context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
      if (ensure_docker(context, remote)) return;
      const std::lock_guard lock(mutex);
      missing.push_back(remote.host());
    });
    if (!missing.empty()) {
      throw DependencyError(fmt::format(
          "Docker is not installed on {}, and installing it takes root (or sudo without a password) and "
          "curl or wget there. Install it by hand: https://docs.docker.com/engine/install/",
          joined(missing, ", ")));
    }
    run_hook(context, "docker-setup");
  });
}

void server_exec(Context& context) {
  const bool interactive = context.options.flag("interactive");
  if (interactive && context.options.flag("raw")) throw UsageError("--raw can't be used with --interactive");
  const std::string text = commands::exec_text(context.invocation.arguments);
  if (text.empty()) throw UsageError("No command given. Usage: kamal server exec [OPTIONS] CMD");
  const Command command = commands::Server(context.config).execute(context.invocation.arguments);
  if (interactive) return exec_interactively(context, command, text);

  ExecOutput output(context);
  context.say(fmt::format("Running '{}' on {}...", text, joined(context.selection().hosts(), ", ")));
  context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
    const std::string line = fmt::format("Executed cmd '{}' on {}", text, remote.host().str());
    output.show(remote.host(), remote.run({context.audit(line), sshkit::Step::run(command)}).back());
  });
}

}  // namespace kamal::cli
