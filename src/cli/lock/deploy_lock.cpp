#include "cli/lock/deploy_lock.h"

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
constexpr milliseconds min_wait = 100ms;  // between two attempts, whatever was asked for

// For people: 900 or 0.5.
double seconds(milliseconds time) { return std::chrono::duration<double>(time).count(); }

commands::LockDetails lock_details(Context& context, const std::string& message) {
  return {context.performer.lock_holder(), iso8601_utc(context.effects.clock.now()), context.version(),
          message};
}

// Runs one command of the lock on the primary host; the lock's own replies are results, anything else throws.
sshkit::StepResult on_primary(Context& context, const Command& command) {
  sshkit::StepResult result;
  const std::optional<Host>& primary = context.selection().primary_host();
  context.servers.on(primary ? std::vector{*primary} : std::vector<Host>(), [&](sshkit::Remote& remote) {
    result = remote.execute(command, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    const bool is_reply = result.status == commands::Lock::held || result.status == commands::Lock::missing;
    if (!result.ok() && !is_reply) {
      throw sshkit::CommandFailed(command.display(), result.status, result.out, result.err);
    }
  });
  return result;
}

bool try_to_acquire(Context& context) {
  context.lock.acquiring(lock_details(context, automatic_message));
  if (on_primary(context, commands::Lock(context.config).acquire(*context.lock.current())).ok()) return true;
  context.lock.released();
  return false;
}

// Kamal's phrase, which programs match on.
constexpr const char* help_hint = "Run 'kamal lock help' for more information";

// The command line for this destination, ready to paste.
std::string release_command(const Context& context) {
  const auto& destination = context.config.destination;
  return "kamal lock release" + (destination ? " -d " + destination->str() : "");
}

[[noreturn]] void report_held(Context& context) {
  context.console.say("Deploy lock already in place!", Output::Tone::failure);
  context.output.result(lock_report(lock_status(context)).value_or("(just released)"));
  throw Error(ErrorKind::lock, fmt::format("Deploy lock found. {}. If it is stale, run `{}`", help_hint,
                                           release_command(context)));
}

// Waits for another run's automatic lock, never for one acquired manually.
void acquire_with_wait(Context& context) {
  const auto timeout = context.options.seconds("lock_wait_timeout").value();
  const auto interval = std::max(min_wait, context.options.seconds("lock_wait_interval").value());
  const auto deadline = context.effects.clock.ticks() + timeout;
  context.console.say(fmt::format("Acquiring the deploy lock (waiting up to {}s)...", seconds(timeout)));
  for (bool shown = false;; shown = true) {
    if (try_to_acquire(context)) return;
    if (!shown) {
      const std::string status = lock_status(context).value_or("");
      context.console.say("Deploy lock is held by:");
      context.output.result(status);
      if (!status.empty() && status.find(automatic_message) == std::string::npos) {
        throw Error(ErrorKind::lock, fmt::format("Deploy lock held manually, not waiting. {}", help_hint));
      }
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - context.effects.clock.ticks());
    if (left <= 0s) {
      context.console.say(fmt::format("Timed out after {}s waiting for the deploy lock", seconds(timeout)),
                          Output::Tone::failure);
      throw Error(ErrorKind::lock, "Timed out waiting for deploy lock");
    }
    context.console.say(fmt::format("Retrying in {}s ({}s remaining)...", seconds(interval),
                                    std::chrono::duration_cast<std::chrono::seconds>(left).count()));
    context.effects.clock.sleep(std::min(interval, left));
    context.effects.interruption.check();
  }
}

void acquire_automatically(Context& context) {
  ensure_run_directory(context);
  if (context.options.flag("lock_wait")) {
    acquire_with_wait(context);
  } else {
    context.console.say("Acquiring the deploy lock...");
    if (!try_to_acquire(context)) report_held(context);
  }
  context.lock.acquired();
}

// Removes only the lock that this run acquired: it may have been replaced. Throws Error (lock) if it
// is gone, as others may have changed the servers meanwhile.
void release_if_owner(Context& context) {
  context.console.say("Releasing the deploy lock...");
  const commands::Lock lock(context.config);
  const sshkit::StepResult result = on_primary(context, lock.release_if_owner(*context.lock.current()));
  const bool was_held = context.lock.released();
  if (result.status == commands::Lock::missing && was_held) {
    throw Error(ErrorKind::lock, "This run's deploy lock was released by someone else");
  }
  if (result.status == commands::Lock::held) {
    context.console.say("The deploy lock now belongs to someone else; not releasing it",
                        Output::Tone::warning);
  }
}

void release_after_failure(Context& context) {
  const CleanUp clean_up(context.effects.interruption);
  try {
    release_if_owner(context);
  } catch (const std::exception& error) {
    context.console.say(fmt::format("Error releasing the deploy lock: {}", error.what()),
                        Output::Tone::failure);
  }
}

void hold_lock(Context& context, const std::function<void()>& work) {
  if (context.lock.held()) return work();
  try {
    acquire_automatically(context);
    work();
  } catch (...) {
    if (context.lock.current()) release_after_failure(context);
    throw;
  }
  release_if_owner(context);
}

}  // namespace

void ensure_run_directory(Context& context) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().hosts()) {
    if (context.servers.mark_run_directory(host)) hosts.push_back(host);
  }
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    remote.execute(commands::Server(context.config).ensure_run_directory());
  });
}

void with_lock(Context& context, const std::function<void()>& work) {
  context.modify([&] { hold_lock(context, work); });
}

void acquire_lock(Context& context, const std::string& message) {
  ensure_run_directory(context);
  const commands::LockDetails details = lock_details(context, message);
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

namespace {

constexpr const char* no_lock = "There is no deploy lock";

void run_acquire(Context& context) {
  acquire_lock(context, context.options.text("message").value_or(""));
  context.console.say("Acquired the deploy lock", sshkit::Output::Tone::plain);
}

void run_release(Context& context) {
  context.console.say(release_lock(context) ? "Released the deploy lock" : no_lock,
                      sshkit::Output::Tone::plain);
}

void run_status(Context& context) {
  const std::optional<std::string> status = lock_report(lock_status(context));
  if (status) return context.output.result(*status);
  context.console.say(no_lock, sshkit::Output::Tone::plain);
}

}  // namespace

std::vector<CommandSpec> lock_commands() {
  return {
      {.name = "acquire",
       .summary = "Acquire the deploy lock to block deploys",
       .options = {{.name = "message",
                    .kind = OptionSpec::Kind::text,
                    .short_name = 'm',
                    .help = "Reason, shown in the lock status",
                    .placeholder = "TEXT",
                    .required = true}},
       .examples = {"kamal lock acquire -m \"Migrating the database\""},
       .run = run_acquire},
      {.name = "release",
       .summary = "Force-release the deploy lock",
       .examples = {"kamal lock release"},
       .run = run_release},
      {.name = "status",
       .summary = "Show who holds the deploy lock",
       .examples = {"kamal lock status"},
       .run = run_status},
  };
}

}  // namespace kamal::cli
