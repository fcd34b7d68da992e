#include "cli/lock/lock_hosts.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/failures.h"
#include "kamal/commands/server.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::StepResult;

// The first host of the configuration, if the selection has another one.
std::optional<Host> first_host_apart(const Context& context) {
  const std::optional<Host>& primary = context.selection().primary_host();
  const std::optional<Host> first = context.config.primary_host();
  return primary && first != primary ? first : std::nullopt;
}

// How to continue without an unreachable lock host; "" if all are reachable.
std::string detour(const Context& context, const sshkit::ExecuteError& error) {
  std::vector<Host> unreachable;
  for (const sshkit::HostFailure& failure : error.failures()) {
    if (caused_by<sshkit::ConnectionError>(failure)) unreachable.push_back(failure.host);
  }
  const auto is_among = [&](const Host& host) { return contains(unreachable, host); };
  const std::optional<Host>& primary = context.selection().primary_host();
  if (!primary || !is_among(*primary)) return "";
  std::vector<Host> others = context.selection().hosts();
  std::erase_if(others, is_among);
  const std::string start = "\nThe deploy lock is kept on " + primary->str();
  if (others.empty()) return start + ": check that host, or put another host first in deploy.yml";
  return fmt::format("{}. To continue without that host, select the others: -h {}", start,
                     joined(others, ","));
}

void on_lock_hosts(Context& context, const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe) {
  try {
    context.servers.on(hosts, recipe);
  } catch (const sshkit::ExecuteError& error) {
    const std::string hint = detour(context, error);
    if (hint.empty()) throw;
    throw Error(ErrorKind::lock, error.what() + hint);
  }
}

// Warns once per run if it is not; later calls do not wait for it again.
bool is_reachable(Context& context, const Host& host) {
  if (context.lock.skips(host)) return false;
  try {
    context.servers.wait_for_logins({host});
    return true;
  } catch (const sshkit::ExecuteError& error) {
    const sshkit::HostFailure& failure = error.failures().front();
    if (!caused_by<sshkit::ConnectionError>(failure)) throw;
    context.lock.skip(host);
    context.say(fmt::format("Continuing without the deploy lock on {}: {}", host.str(), failure.message),
                sshkit::Output::Tone::warning);
    return false;
  }
}

void check_reply(const Command& command, const StepResult& result, const sshkit::Output& output) {
  const bool is_reply = result.status == commands::Lock::held || result.status == commands::Lock::missing;
  if (result.ok() || is_reply) return;
  throw sshkit::CommandFailed(command.display(), result, output);
}

}  // namespace

std::vector<Host> possible_lock_hosts(const Context& context) {
  std::vector<Host> hosts;
  if (const std::optional<Host> first = first_host_apart(context)) hosts.push_back(*first);
  if (const auto& primary = context.selection().primary_host()) hosts.push_back(*primary);
  return hosts;
}

std::vector<Host> lock_hosts(Context& context) {
  const std::optional<Host> apart = first_host_apart(context);
  std::vector<Host> hosts = possible_lock_hosts(context);
  std::erase_if(hosts, [&](const Host& host) { return host == apart && !is_reachable(context, host); });
  return hosts;
}

StepResult acquire_on(Context& context, const Host& host, const Command& acquire) {
  std::vector<Host> hosts = context.selection().hosts();
  if (!contains(hosts, host)) hosts.push_back(host);
  StepResult result;
  const auto recipe = [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    if (context.servers.mark_run_directory(remote.host()))
      steps.push_back(Step::run(commands::Server(context.config).ensure_run_directory()));
    if (remote.host() == host) steps.push_back(Step::run(acquire).ignore_failure().debug());
    const std::vector<StepResult> results = remote.run(steps);
    if (remote.host() != host) return;
    result = results.back();
    check_reply(acquire, result, context.output);
  };
  try {
    on_lock_hosts(context, hosts, recipe);
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception&) {
    if (result.status != commands::Lock::held) throw;
  }
  return result;
}

void run_on_lock_hosts(Context& context, const std::vector<Host>& hosts, const Command& command,
                       const LockReply& reply) {
  std::mutex mutex;
  on_lock_hosts(context, hosts, [&](sshkit::Remote& remote) {
    const StepResult result = remote.execute(command, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    check_reply(command, result, context.output);
    const std::lock_guard lock(mutex);
    reply(remote.host(), result);
  });
}

sshkit::Steps lock_queries(const config::Configuration& config) {
  const commands::Lock lock(config);
  return {Step::run(lock.status()).ignore_failure().debug(),
          Step::run(lock.holder()).ignore_failure().debug()};
}

std::optional<HeldLock> parse_lock(const Context& context, const Host& host,
                                   std::span<const StepResult> replies) {
  check_reply(commands::Lock(context.config).status(), replies.front(), context.output);
  if (!replies.front().ok()) return std::nullopt;
  return HeldLock{host, printable(replies.front().text()), parse_holder(replies.back().out)};
}

std::optional<HeldLock> find_lock(Context& context, const Host& host) {
  std::optional<HeldLock> lock;
  on_lock_hosts(context, {host}, [&](sshkit::Remote& remote) {
    lock = parse_lock(context, host, remote.run(lock_queries(context.config)));
  });
  return lock;
}

}  // namespace kamal::cli
