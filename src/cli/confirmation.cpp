#include "cli/confirmation.h"

#include "cli/errors.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// y, N, or nothing at the end of input; an empty line is a no, anything else is asked for again.
std::optional<std::string> answer_to(Context& context, const std::string& question) {
  while (true) {
    std::optional<std::string> answer = context.effects.ask(question + " [y, N] (N) ");
    context.effects.interruption.check();
    if (!answer) return std::nullopt;
    const std::string word = strip(*answer);
    if (word.empty()) return "N";
    if (word == "y" || word == "N") return word;
    context.say("Please answer y or N", sshkit::Output::Tone::plain);
  }
}

}  // namespace

void confirming(Context& context, const std::string& question, const std::function<void()>& work) {
  if (context.options.flag("confirmed")) return work();
  const std::optional<std::string> answer = answer_to(context, question);
  if (answer == "y") return work();
  context.say("Aborted", sshkit::Output::Tone::failure);
  if (!answer) throw NothingDone("There is nobody to confirm it: say -y to go ahead");
}

}  // namespace kamal::cli
