#include "cli/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "cli/accessory/recipe.h"
#include "cli/command_table.h"
#include "cli/exec.h"
#include "cli/plan/plan_text.h"
#include "cli/selection.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr int something_differs = 2;  // exit status; 1 is an error

struct Plannable {
  const char* words;
  Operation operation;
  const char* argument = nullptr;  // required
};
constexpr std::array plannables = std::to_array<Plannable>({
    {"deploy", Operation::deploy},
    {"setup", Operation::setup},
    {"redeploy", Operation::redeploy},
    {"rollback", Operation::rollback, "VERSION"},
    {"app boot", Operation::boot_app},
    {"accessory boot", Operation::boot_accessory, "NAME"},
    {"remove", Operation::remove},
});

PlannedCommand with_argument(const Plannable& command, const std::vector<std::string>& words, size_t count) {
  if (words.size() > count + (command.argument ? 1 : 0))
    throw UsageError(fmt::format("Unexpected argument \"{}\". Usage: kamal plan {}{}", words.back(),
                                 command.words, command.argument ? " " + std::string(command.argument) : ""));
  if (command.argument && words.size() == count)
    throw UsageError(
        fmt::format("Missing argument. Usage: kamal plan {} {}", command.words, command.argument));
  PlannedCommand planned{.operation = command.operation, .words = words};
  if (command.operation == Operation::rollback) planned.version = Version(words.back());
  if (command.operation == Operation::boot_accessory) planned.accessory = words.back();
  return planned;
}

PlannedCommand parse_planned(const std::vector<std::string>& words) {
  if (words.empty()) return {.operation = Operation::deploy, .words = {"deploy"}};
  std::vector<std::string> names;
  for (const Plannable& command : plannables) {
    const std::vector<std::string> of_command = split(command.words, ' ');
    if (std::ranges::equal(of_command, std::span(words).first(std::min(words.size(), of_command.size()))))
      return with_argument(command, words, of_command.size());
    names.emplace_back(command.words);
  }
  throw UsageError(
      fmt::format("`kamal plan` does not cover \"{}\" (available: {})", join(words, " "), join(names, ", ")));
}

void show_plan(Context& context) {
  const std::string format = context.options.text("format").value_or("text");
  const PlannedCommand command = parse_planned(context.invocation.arguments);
  if (!command.accessory.empty() && command.accessory != "all")
    AccessoryRecipe(context, command.accessory);  // throws for an unknown one
  std::optional<sshkit::VerbosityScope> result_only;
  if (format == "json") result_only.emplace(context.output, sshkit::Verbosity::error);
  const Plan plan = make_plan(context, command);
  context.output.raw(format == "json" ? plan_json(plan, context) : printable(plan_text(plan, context)));
  if (!plan.problems.empty()) throw ExitStatus{1};
  if (plan.changes()) throw ExitStatus{something_differs};
}

}  // namespace

std::vector<CommandSpec> plan_commands() {
  return {
      {.name = "plan",
       .summary = "Show what a deploy or another command would change",
       .arguments = "[COMMAND...]",
       .max_args = any_number,
       .options = {{.name = "skip_push",
                    .short_name = 'P',
                    .help = "Plan for the image already in the registry"},
                   choice_option("--format FORMAT", "Output format", {"text", "json"}, "text")},
       .choices = {"deploy", "setup", "redeploy", "rollback", "app", "accessory", "remove"},
       .details = paragraphs(R"(
COMMAND is `deploy` (the default), `setup`, `redeploy`, `rollback VERSION`, `app boot`, `accessory boot NAME` or
`remove`. Compares the running containers and kamal-proxy's settings with what the command would run: version, image,
env, cmd, labels, options, volumes, proxy settings. Of env, shows names only. Changes nothing on the servers.

Exit status 0 if the same would run afterwards, although a deploy replaces containers and runs hooks nevertheless; 2 if
something would differ, or differs from deploy.yml and needs another command; 1 if something could not be found out.

Not compared: the content of an image, of certificates, error pages, and of files and directories of accessories; log
options that were removed; options that docker does not report (a note says so).

--format json prints all of it, as described in docs/plan.schema.json.)"),
       .examples = {"kamal plan", "kamal plan -d staging", "kamal plan rollback 5b3a1f0",
                    "kamal plan accessory boot db", "kamal plan --format json"},
       .run = show_plan,
       .no_prefix_match = true},
  };
}

}  // namespace kamal::cli
