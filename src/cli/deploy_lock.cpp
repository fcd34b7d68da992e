#include "cli/deploy_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/errors.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Output;
using std::chrono::milliseconds;

constexpr const char* automatic_message = "Automatic deploy lock";
constexpr const char* run_directory = "run directory";
constexpr milliseconds shortest_wait = 100ms;  // between two attempts, whatever was asked for

// For people: 900 or 0.5.
double seconds(milliseconds time) { return std::chrono::duration<double>(time).count(); }

commands::LockDetails details_of(Context& context, const std::string& message) {
  return {context.lock_holder(), iso8601_utc(context.effects.clock.now()), context.version(), message};
}

// Runs one command of the lock on the primary host; the lock's own answers are results, anything else throws.
sshkit::StepResult on_primary(Context& context, const Command& command) {
  sshkit::StepResult result;
  const std::optional<Host>& primary = context.selection().primary_host();
  context.on(primary ? std::vector{*primary} : std::vector<Host>(), [&](sshkit::Remote& remote) {
    result = remote.execute(command, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    const bool an_answer = result.status == commands::Lock::held || result.status == commands::Lock::missing;
    if (!result.ok() && !an_answer) {
      throw sshkit::CommandFailed(command.display(), result.status, result.out, result.err);
    }
  });
  return result;
}

// Remembers the lock as this run's own before it asks, so that an interruption on the way leaves none behind.
bool try_to_acquire_own(Context& context) {
  context.own_lock = details_of(context, automatic_message);
  if (on_primary(context, commands::Lock(context.config).acquire(*context.own_lock)).ok()) return true;
  context.own_lock.reset();
  return false;
}

// Programs look for these words: they are Kamal's.
constexpr const char* help_hint = "Run 'kamal lock help' for more information";

// The command line for this destination, ready to paste.
std::string release_command(const Context& context) {
  const auto& destination = context.config.destination;
  return "kamal lock release" + (destination ? " -d " + destination->str() : "");
}

[[noreturn]] void report_held(Context& context) {
  context.say("Deploy lock already in place!", Output::Tone::failure);
  context.output.result(lock_report(lock_status(context)).value_or("(just released)"));
  throw LockError(
      fmt::format("Deploy lock found. {}. If it is stale, run `{}`", help_hint, release_command(context)));
}

// Waits for somebody else's automatic lock; one that a person took is not waited for.
void acquire_patiently(Context& context) {
  const auto timeout = context.options.seconds("lock_wait_timeout").value_or(900s);
  const auto interval = std::max(shortest_wait, context.options.seconds("lock_wait_interval").value_or(15s));
  const auto deadline = context.effects.clock.ticks() + timeout;
  context.say(fmt::format("Acquiring the deploy lock (waiting up to {}s)...", seconds(timeout)));
  for (bool shown = false;; shown = true) {
    if (try_to_acquire_own(context)) return;
    if (!shown) {
      const std::string status = lock_status(context).value_or("");
      context.say("Deploy lock is held by:");
      context.output.result(status);
      if (!status.empty() && status.find(automatic_message) == std::string::npos) {
        throw LockError(fmt::format("Deploy lock held manually, not waiting. {}", help_hint));
      }
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - context.effects.clock.ticks());
    if (left <= 0s) {
      context.say(fmt::format("Timed out after {}s waiting for the deploy lock", seconds(timeout)),
                  Output::Tone::failure);
      throw LockError("Timed out waiting for deploy lock");
    }
    context.say(fmt::format("Retrying in {}s ({}s remaining)...", seconds(interval),
                            std::chrono::duration_cast<std::chrono::seconds>(left).count()));
    context.effects.clock.sleep(std::min(interval, left));
    context.effects.interruption.check();
  }
}

void acquire_automatically(Context& context) {
  ensure_run_directory(context);
  if (context.options.flag("lock_wait")) {
    acquire_patiently(context);
  } else {
    context.say("Acquiring the deploy lock...");
    if (!try_to_acquire_own(context)) report_held(context);
  }
  context.holding_lock = true;
}

// Removes only the lock that this run took: another one may be in its place by now. Throws LockError where
// there is none: others may have changed the servers meanwhile.
void release_own(Context& context) {
  context.say("Releasing the deploy lock...");
  const commands::Lock lock(context.config);
  const sshkit::StepResult result = on_primary(context, lock.release_own(*context.own_lock));
  const bool was_held = std::exchange(context.holding_lock, false);
  context.own_lock.reset();
  if (result.status == commands::Lock::missing && was_held) {
    throw LockError("The deploy lock of this run is gone: somebody released it while it was at work");
  }
  if (result.status == commands::Lock::held) {
    context.say("The deploy lock of this run is gone, and another one is in its place: nothing to release",
                Output::Tone::warning);
  }
}

void release_after_failure(Context& context) {
  const CleanUp clean_up(context.effects.interruption);
  try {
    release_own(context);
  } catch (const std::exception& error) {
    context.say(fmt::format("Error releasing the deploy lock: {}", error.what()), Output::Tone::failure);
  }
}

void hold_lock(Context& context, const std::function<void()>& work) {
  if (context.holding_lock) return work();
  try {
    acquire_automatically(context);
    work();
  } catch (...) {
    if (context.own_lock) release_after_failure(context);
    throw;
  }
  release_own(context);
}

}  // namespace

void ensure_run_directory(Context& context) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().hosts()) {
    if (context.first_time(run_directory, host)) hosts.push_back(host);
  }
  context.on(hosts, [&](sshkit::Remote& remote) {
    remote.execute(commands::Server(context.config).ensure_run_directory());
  });
}

void with_lock(Context& context, const std::function<void()>& work) {
  context.modify([&] { hold_lock(context, work); });
}

void acquire_lock(Context& context, const std::string& message) {
  ensure_run_directory(context);
  const commands::LockDetails details = details_of(context, message);
  if (!on_primary(context, commands::Lock(context.config).acquire(details)).ok()) report_held(context);
}

bool release_lock(Context& context) {
  return on_primary(context, commands::Lock(context.config).release()).ok();
}

std::optional<std::string> lock_report(const std::optional<std::string>& status) {
  if (!status || !status->empty()) return status;
  return "The deploy lock is held, but its details are missing (the run that acquired it was killed?)";
}

std::optional<std::string> lock_status(Context& context) {
  const sshkit::StepResult result = on_primary(context, commands::Lock(context.config).status());
  if (!result.ok()) return std::nullopt;
  return result.text();
}

}  // namespace kamal::cli
