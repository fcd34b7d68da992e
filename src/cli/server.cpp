#include "kamal/commands/server.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/deploy_lock.h"
#include "cli/errors.h"
#include "cli/exit_status.h"
#include "cli/groups.h"
#include "cli/hooks.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/exec_words.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::string names_of(const std::vector<Host>& hosts) {
  std::vector<std::string> names;
  for (const Host& host : hosts) names.push_back(host.str());
  return join(names, ", ");
}

bool succeeds(sshkit::Remote& remote, const Command& command) {
  return remote.execute(command, sshkit::OnFailure::go_on).ok();
}

// False where Docker is missing and can't be installed.
bool ensure_docker(Context& context, sshkit::Remote& remote) {
  if (succeeds(remote, commands::docker_installed())) return true;
  if (!succeeds(remote, commands::superuser())) return false;
  context.output.log(sshkit::Severity::info,
                     fmt::format("Missing Docker on {}. Installing...", remote.host().str()));
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
          names_of(missing)));
    }
    run_hook(context, "docker-setup");
  });
}

void server_exec(Context& context) {
  const bool raw = context.options.flag("raw");
  const bool interactive = context.options.flag("interactive");
  if (raw && interactive) throw UsageError("--raw can't be used with --interactive");
  const std::string text = commands::exec_text(context.invocation.arguments);
  if (text.empty()) throw UsageError("No command given. Say what is to run: kamal server exec [OPTIONS] CMD");
  const Command command = commands::Server(context.config).execute(context.invocation.arguments);
  if (interactive) return exec_interactively(context, command, text);

  std::optional<sshkit::VerbosityScope> only_errors;
  if (raw) only_errors.emplace(context.output, sshkit::Verbosity::error);
  context.say(fmt::format("Running '{}' on {}...", text, names_of(context.selection().hosts())));
  context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
    const std::string line = fmt::format("Executed cmd '{}' on {}", text, remote.host().str());
    const sshkit::StepResult result = remote.run({context.audit(line), step(command)}).back();
    if (raw) {
      context.output.raw(result.out);
    } else {
      context.puts_by_host(remote.host(), result.text());
    }
  });
}

}  // namespace kamal::cli
