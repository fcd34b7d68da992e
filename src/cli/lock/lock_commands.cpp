#include "cli/lock/deploy_lock.h"
#include "cli/lock/lock_hosts.h"

namespace kamal::cli {
namespace {

using Tone = sshkit::Output::Tone;

constexpr const char* no_lock = "There is no deploy lock";

void run_acquire(Context& context) {
  acquire_lock(context, context.options.text("message").value_or(""));
  context.console.say("Acquired the deploy lock", Tone::plain);
}

void run_release(Context& context) {
  context.console.say(release_lock(context) ? "Released the deploy lock" : no_lock, Tone::plain);
}

// Under the name of its host if it may be on several.
void run_status(Context& context) {
  const std::vector<Host> hosts = lock_hosts(context);
  bool is_held = false;
  for (const Host& host : hosts) {
    const std::optional<HeldLock> lock = find_lock(context, host);
    if (!lock) continue;
    is_held = true;
    if (hosts.size() > 1) context.console.puts_by_host(host, lock->report(), "Lock");
    if (hosts.size() == 1) context.output.result(lock->report());
    if (lock->is_abandoned()) context.console.say(release_hint(context, *lock), Tone::warning);
  }
  if (!is_held) context.console.say(no_lock, Tone::plain);
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
       .details = paragraphs(R"(
The lock is on the first host of deploy.yml. With -h, -r or -p, it is also on the first selected host, where Kamal
keeps it: `acquire`, `release` and `status` then cover both.)"),
       .examples = {"kamal lock release"},
       .run = run_release},
      {.name = "status",
       .summary = "Show who holds the deploy lock",
       .examples = {"kamal lock status"},
       .run = run_status},
  };
}

}  // namespace kamal::cli
