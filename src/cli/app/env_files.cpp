#include "cli/app/env_files.h"

#include <fmt/format.h>

#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using sshkit::Step;

constexpr mode_t env_file_mode = 0600;

void say_left(Context& context, const std::string& where, const std::string& reason) {
  context.output.log(sshkit::Severity::error,
                     fmt::format("Could not restore the old env files on {}: {}", where, reason));
}

}  // namespace

std::string env_file_of(const Context& context, const config::Role& role, const Host& host) {
  return config::env_file_text(
      context.config.env_of(role, host), context.secrets(),
      [&](const std::string& entry) { return context.config.secret_key(role, host, entry); });
}

void EnvFiles::add_upload(sshkit::Steps& steps, const Host& host) {
  for (const config::Role* role : context_.selection().roles_on(host)) {
    const commands::EnvFile file(context_.config, *role, context_.run_id);
    steps.push_back(Step::run(file.set_aside()).debug());
    steps.push_back(Step::upload(env_file_of(context_, *role, host), file.path(), env_file_mode));
  }
  const std::lock_guard lock(mutex_);
  hosts_.insert(host);
}

void EnvFiles::put_back() {
  if (hosts_.empty()) return;
  const CleanUp clean_up(context_.effects.interruption, context_.time_to_clean_up());
  const std::vector<Host> hosts(hosts_.begin(), hosts_.end());
  try {
    context_.servers.on(hosts, [&](sshkit::Remote& remote) {
      put_back_on(remote);
      const std::lock_guard lock(mutex_);
      hosts_.erase(remote.host());
    });
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& failure : error.failures())
      say_left(context_, failure.host.str(), failure.message);
  } catch (const Interrupted&) {
    say_left(context_, joined(std::vector(hosts_.begin(), hosts_.end()), ", "), "timed out");
  }
}

void EnvFiles::put_back_on(sshkit::Remote& remote) const {
  const std::vector<const config::Role*> roles = context_.selection().roles_on(remote.host());
  sshkit::Steps steps;
  for (auto role = roles.rbegin(); role != roles.rend(); ++role)
    steps.push_back(
        Step::run(commands::EnvFile(context_.config, **role, context_.run_id).put_back()).debug());
  remote.run(steps);
}

}  // namespace kamal::cli
