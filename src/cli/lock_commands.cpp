#include "cli/deploy_lock.h"
#include "cli/groups.h"

namespace kamal::cli {
namespace {

constexpr const char* no_lock = "There is no deploy lock";

}  // namespace

void lock_acquire_command(Context& context) {
  acquire_lock(context, context.options.text("message").value_or(""));
  context.say("Acquired the deploy lock", sshkit::Output::Tone::plain);
}

void lock_release_command(Context& context) {
  context.say(release_lock(context) ? "Released the deploy lock" : no_lock, sshkit::Output::Tone::plain);
}

void lock_status_command(Context& context) {
  const std::optional<std::string> status = lock_report(lock_status(context));
  if (status) return context.output.result(*status);
  context.say(no_lock, sshkit::Output::Tone::plain);
}

}  // namespace kamal::cli
