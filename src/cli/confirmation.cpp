#include "cli/confirmation.h"

#include "cli/errors.h"

namespace kamal::cli {

void confirming(Context& context, const std::string& question, const std::function<void()>& work) {
  if (context.options.flag("confirmed")) return work();
  const std::optional<std::string> answer = context.effects.ask(question + " [y, N] (N) ");
  context.effects.interruption.check();
  if (answer == "y") return work();
  context.say("Aborted", sshkit::Output::Tone::failure);
  if (!answer) throw NothingDone("There is nobody to confirm it: say -y to go ahead");
}

}  // namespace kamal::cli
