#include "cli/console.h"

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/errors.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// y, N, or nothing at the end of input. An empty line means N; anything else is asked again.
std::optional<std::string> answer_to(Context& context, const std::string& question) {
  while (true) {
    std::optional<std::string> answer = context.effects.ask(question + " [y, N] (N) ");
    context.effects.interruption.check();
    if (!answer) return std::nullopt;
    const std::string word = strip(*answer);
    if (word.empty()) return "N";
    if (word == "y" || word == "N") return word;
    context.console.say("Please answer y or N", sshkit::Output::Tone::plain);
  }
}

}  // namespace

void Console::puts_by_host(const Host& host, std::string_view text, std::string_view type) {
  puts_under(fmt::format("{} Host: {}", type, host.str()), text);
}

void Console::puts_by_role(const Host& host, const config::Role& role, std::string_view text) {
  puts_under(fmt::format("App Host: {} ({})", host.str(), role.name.str()), text);
}

void Console::puts_under(const std::string& heading, std::string_view text) {
  output_.result(fmt::format("{}{}\n", options_.flag("quiet") ? "" : heading + "\n", text));
}

void with_confirmation(Context& context, const std::string& question, const std::function<void()>& work) {
  if (context.options.flag("confirmed")) return work();
  const std::optional<std::string> answer = answer_to(context, question);
  if (answer == "y") return work();
  context.console.say("Aborted", sshkit::Output::Tone::failure);
  if (!answer) throw Error(ErrorKind::no_action, "No confirmation given; pass -y to proceed");
}

OptionSpec confirmed_option() {
  return {.name = "confirmed", .short_name = 'y', .help = "Skip the confirmation prompt"};
}

}  // namespace kamal::cli
