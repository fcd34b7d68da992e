#include "cli/lock/deploy_lock.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "cli/failures.h"
#include "cli/lock/lock_hosts.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Output;
using std::chrono::milliseconds;

constexpr milliseconds min_wait = 100ms;  // between two attempts, whatever the option says
// Kamal's phrase, which programs match on.
constexpr const char* help_hint = "Run 'kamal lock help' for more information";

// For messages: 900 or 0.5.
double seconds(milliseconds time) { return std::chrono::duration<double>(time).count(); }

commands::LockDetails lock_details(Context& context, const std::string& message, const std::string& holder) {
  return {context.performer.lock_holder(), iso8601_utc(context.effects.clock.now()), context.version(),
          message, holder};
}

// Removes only the lock that this run acquired: it may have been replaced. Throws Error (lock) if it is gone,
// since another run may have changed the servers meanwhile. Runs on all hosts at once, so that a frozen one
// does not keep the others locked.
void release_if_owner(Context& context) {
  LockState& lock = context.lock;
  context.say("Releasing the deploy lock...");
  const bool was_held = lock.held();
  const std::set<Host> asked_before = lock.releasing();
  bool is_gone = false;
  const auto note_reply = [&](const Host& host, const sshkit::StepResult& result) {
    if (result.status == commands::Lock::held && was_held) {
      context.say("The deploy lock now belongs to another run; not releasing it", Output::Tone::warning);
      return lock.replaced_on(host);
    }
    if (result.status == commands::Lock::missing && was_held && !asked_before.contains(host)) is_gone = true;
    lock.released(host);
  };
  const Command release = commands::Lock(context.config).release_if_owner(*lock.current());
  const std::vector<Host> hosts = lock.hosts();
  try_each({[&] { run_on_lock_hosts(context, hosts, release, note_reply); },
            [&] {
              if (is_gone)
                throw Error(ErrorKind::lock, "The deploy lock was released while this run still needed it");
            }});
}

void release_after_failure(Context& context) {
  if (context.lock.hosts().empty()) return;
  const CleanUp clean_up(context.effects.interruption,
                         context.interrupted() ? CleanUp::Limit(context.time_to_clean_up()) : std::nullopt);
  try {
    release_if_owner(context);
  } catch (const Interrupted&) {
    context.say("Error releasing the deploy lock: timed out", Output::Tone::failure);
  } catch (const std::exception& error) {
    context.say(fmt::format("Error releasing the deploy lock: {}", error.what()), Output::Tone::failure);
  }
}

std::string holder_text(const std::vector<Host>& hosts) {
  Holder holder = holder_of_process(getpid());
  holder.hosts = hosts;
  return holder.text();
}

// All or none of the hosts. Returns the one on which another run or user holds the lock.
std::optional<Host> try_to_acquire(Context& context, const std::vector<Host>& hosts,
                                   const std::string& message, const std::string& holder) {
  const commands::LockDetails details = lock_details(context, message, holder);
  const Command acquire = commands::Lock(context.config).acquire(details);
  context.lock.acquiring(details);
  for (const Host& host : hosts) {
    context.lock.acquiring_on(host);
    if (acquire_on(context, host, acquire).ok()) continue;
    context.lock.released(host);
    if (!context.lock.hosts().empty()) release_if_owner(context);
    return host;
  }
  context.lock.acquired();
  return std::nullopt;
}

[[noreturn]] void fail_on_held(Context& context, const std::string& reason,
                               const std::optional<HeldLock>& lock) {
  std::string text = fmt::format("{}. {}", reason, help_hint);
  if (lock) {
    text += "\n" + lock->summary(context.effects.clock.now()) + "\n" + release_hint(context, *lock);
  }
  throw Error(ErrorKind::lock, text);
}

[[noreturn]] void report_held(Context& context, const std::optional<HeldLock>& lock) {
  context.say("Deploy lock already in place!", Output::Tone::failure);
  context.output.result(lock ? lock->report() : "(just released)");
  fail_on_held(context, "Deploy lock found", lock);
}

// Waits for another run to end, but not for a lock that no run will release.
void check_worth_waiting(Context& context, const HeldLock& lock) {
  if (lock.acquired_manually()) fail_on_held(context, "Deploy lock acquired manually, not waiting", lock);
  if (lock.is_abandoned()) fail_on_held(context, "Deploy lock held by a killed run, not waiting", lock);
}

void acquire_with_wait(Context& context, const std::vector<Host>& hosts) {
  const auto timeout = context.options.seconds("lock_wait_timeout").value();
  const auto interval = std::max(min_wait, context.options.seconds("lock_wait_interval").value());
  const auto deadline = context.effects.clock.ticks() + timeout;
  const std::string holder = holder_text(hosts);
  context.say(fmt::format("Acquiring the deploy lock (waiting up to {}s)...", seconds(timeout)));
  for (bool shown = false;; shown = true) {
    const std::optional<Host> blocked = try_to_acquire(context, hosts, automatic_lock_message, holder);
    if (!blocked) return;
    if (!shown) {
      const std::optional<HeldLock> lock = find_lock(context, *blocked);
      context.say("Deploy lock is held by:");
      context.output.result(lock ? lock->details : "");
      if (lock) check_worth_waiting(context, *lock);
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - context.effects.clock.ticks());
    if (left <= 0s) {
      context.say(fmt::format("Timed out after {}s waiting for the deploy lock", seconds(timeout)),
                  Output::Tone::failure);
      fail_on_held(context, "Timed out waiting for deploy lock", find_lock(context, *blocked));
    }
    context.say(fmt::format("Retrying in {}s ({}s remaining)...", seconds(interval),
                            std::chrono::duration_cast<std::chrono::seconds>(left).count()));
    context.pause(std::min(interval, left));
  }
}

void acquire_or_fail(Context& context, const std::vector<Host>& hosts, const std::string& message,
                     const std::string& holder) {
  if (const auto blocked = try_to_acquire(context, hosts, message, holder)) {
    report_held(context, find_lock(context, *blocked));
  }
}

std::vector<Host> connect_to_lock_hosts(Context& context) {
  context.servers.connect(context.selection().hosts());  // while waiting for the first host of deploy.yml
  return lock_hosts(context);
}

void acquire_automatically(Context& context) {
  const std::vector<Host> hosts = connect_to_lock_hosts(context);
  if (context.options.flag("lock_wait")) return acquire_with_wait(context, hosts);
  context.say("Acquiring the deploy lock...");
  acquire_or_fail(context, hosts, automatic_lock_message, holder_text(hosts));
}

void hold_lock(Context& context, const std::function<void()>& work) {
  if (context.lock.held()) return work();
  try {
    acquire_automatically(context);
    work();
  } catch (...) {
    release_after_failure(context);
    throw;
  }
  try {
    release_if_owner(context);
  } catch (const Interrupted&) {
    release_after_failure(context);
    throw;
  }
}

constexpr const char* no_lock = "There is no deploy lock";

void run_acquire(Context& context) {
  const std::string message = context.options.text("message").value_or("");
  try {
    acquire_or_fail(context, connect_to_lock_hosts(context), message, "");  // it outlives this process
  } catch (...) {
    release_after_failure(context);
    throw;
  }
  context.say("Acquired the deploy lock", Output::Tone::plain);
}

// Whoever holds it.
void run_release(Context& context) {
  bool released = false;
  run_on_lock_hosts(context, lock_hosts(context), commands::Lock(context.config).release(),
                    [&](const Host&, const sshkit::StepResult& result) { released |= result.ok(); });
  context.say(released ? "Released the deploy lock" : no_lock, Output::Tone::plain);
}

// Under the name of its host if it may be on several.
void run_status(Context& context) {
  const std::vector<Host> hosts = lock_hosts(context);
  bool is_held = false;
  for (const Host& host : hosts) {
    const std::optional<HeldLock> lock = find_lock(context, host);
    if (!lock) continue;
    is_held = true;
    if (hosts.size() > 1) context.puts_by_host(host, lock->report(), "Lock");
    if (hosts.size() == 1) context.output.result(lock->report());
    if (lock->is_abandoned()) context.say(release_hint(context, *lock), Output::Tone::warning);
  }
  if (!is_held) context.say(no_lock, Output::Tone::plain);
}

}  // namespace

void with_lock(Context& context, const std::function<void()>& work) {
  context.modify([&] { hold_lock(context, work); });
}

void with_lock_on(Context& context, const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe) {
  with_lock(context, [&] { context.servers.on(hosts, recipe); });
}

void check_lock_before_build(Context& context) {
  if (context.lock.held()) return;
  for (const Host& host : lock_hosts(context)) {
    const std::optional<HeldLock> lock = find_lock(context, host);
    if (!lock) continue;
    if (lock->acquired_manually() || lock->is_abandoned()) report_held(context, lock);
    context.say(fmt::format("Deploy lock in place; building in the meantime. {}",
                            lock->summary(context.effects.clock.now())),
                Output::Tone::warning);
  }
}

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
       .details = paragraphs(R"(
The lock is on the first host of deploy.yml. With -h, -r or -p, it is also on the first selected host, where Ruby's
Kamal keeps it; `acquire`, `release` and `status` then cover both.)"),
       .examples = {"kamal lock release"},
       .run = run_release},
      {.name = "status",
       .summary = "Show who holds the deploy lock",
       .examples = {"kamal lock status"},
       .run = run_status},
  };
}

}  // namespace kamal::cli
