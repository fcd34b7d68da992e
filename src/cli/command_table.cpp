#include "cli/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/help/help.h"
#include "cli/output/ci.h"
#include "cli/report/report_file.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

// The commands, sorted, with `tree`, which Kamal has in every group. `call` is the group as typed: kamal app.
std::vector<CommandSpec> sum(const std::string& call, const std::vector<std::vector<CommandSpec>>& recipes) {
  std::vector<CommandSpec> commands = {tree_command()};
  for (const auto& recipe : recipes) commands.insert(commands.end(), recipe.begin(), recipe.end());
  std::sort(commands.begin(), commands.end(),
            [](const CommandSpec& one, const CommandSpec& other) { return one.name < other.name; });
  for (CommandSpec& command : commands) {
    if (command.examples.empty() && !command.group()) command.examples = {call + " " + dashed(command.name)};
  }
  return commands;
}

CommandSpec group(const std::string& name, std::string summary,
                  const std::vector<std::vector<CommandSpec>>& recipes) {
  return {.name = name, .summary = std::move(summary), .commands = sum("kamal " + name, recipes)};
}

std::vector<CommandSpec> groups() {
  return {
      group("accessory", "Manage accessories: databases, caches, search engines", {accessory_commands()}),
      group(
          "app", "Manage the app",
          {app_boot_commands(), app_containers_commands(), app_lifecycle_commands(), app_removal_commands()}),
      group("build", "Build the app's image", {build_builder_commands(), build_image_commands()}),
      group("lock", "Manage the deploy lock", {lock_commands()}),
      group("proxy", "Manage kamal-proxy", {proxy_boot_commands(), proxy_lifecycle_commands()}),
      group("prune", "Remove old images and containers", {prune_commands()}),
      group("registry", "Log in to the image registry, or run a local one", {registry_commands()}),
      group("secrets", "Read secrets from a vault", {secrets_commands()}),
      group("server", "Prepare servers and run commands on them", {server_commands()}),
  };
}

OptionSpec completing(Completes what, const std::string& usage, std::string help,
                      std::string default_value = "") {
  OptionSpec option = value_option(Kind::text, usage, std::move(help), std::move(default_value));
  option.completes = what;
  return option;
}

std::string without_brackets(const std::string& name) {
  return name.starts_with('[') && name.ends_with(']') ? name.substr(1, name.size() - 2) : name;
}

}  // namespace

const CommandSpec* CommandSpec::find(std::string_view wanted) const {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const CommandSpec& c) { return c.name == wanted; });
  return found == commands.end() ? nullptr : &*found;
}

const CommandSpec& command_table() {
  static const CommandSpec root = {
      .name = "kamal",
      .summary = "Deploy web apps with Docker over SSH",
      .commands = sum("kamal", {deploy_commands(), groups(), project_init_commands(), project_commands(),
                                status_commands(), plan_commands(), doctor_commands(), help_commands(),
                                completion_commands()})};
  return root;
}

const std::vector<OptionSpec>& global_options() {
  static const std::vector<OptionSpec> options = {
      {.name = "verbose", .short_name = 'v', .help = "Show all command output"},
      {.name = "quiet", .short_name = 'q', .help = "Show results and errors only"},
      value_option(Kind::text, "--version VERSION", "App version (default: the git revision)"),
      {.name = "primary", .short_name = 'p', .help = "Only the primary host"},
      completing(Completes::hosts, "-h, --hosts HOSTS", "Only these hosts (comma-separated, wildcards)"),
      completing(Completes::roles, "-r, --roles ROLES", "Only these roles (comma-separated, wildcards)"),
      completing(Completes::files, "-c, --config-file FILE", "Configuration file", default_config_file),
      completing(Completes::destinations, "-d, --destination DEST", "Destination; merges deploy.DEST.yml"),
      {.name = "skip_hooks", .short_name = 'H', .help = "Skip hooks"},
      {.name = "lock_wait", .help = "Wait if another deploy holds the lock"},
      value_option(Kind::seconds, "--lock-wait-timeout N", "Seconds to wait for the lock", "900"),
      value_option(Kind::seconds, "--lock-wait-interval N", "Seconds between attempts", "15"),
      progress_option(),
      {.name = "dry_run", .help = "Show what would run on each host; change nothing"},
      report_option(),
  };
  return options;
}

OptionSpec value_option(Kind kind, const std::string& usage, std::string help, std::string default_value) {
  const std::vector<std::string> words = split(replace_all(usage, ",", ""), ' ');
  const std::string& name = words.at(words.size() - 2);
  return {.name = replace_all(name.substr(2), "-", "_"),
          .kind = kind,
          .short_name = words.size() == 3 ? words[0].at(1) : '\0',
          .help = std::move(help),
          .default_value = std::move(default_value),
          .placeholder = words.back()};
}

OptionSpec choice_option(const std::string& usage, std::string help, std::vector<std::string> choices,
                         std::string default_value) {
  OptionSpec option = value_option(Kind::text, usage, std::move(help), std::move(default_value));
  option.choices = std::move(choices);
  return option;
}

CommandSpec hidden(CommandSpec command) {
  command.hidden = true;
  return command;
}

std::string paragraphs(std::string_view text) {
  std::string joined;
  for (const std::string& line : lines_of(strip(std::string(text)))) {
    if (line.empty()) {
      joined += '\n';
    } else {
      if (!joined.empty() && !joined.ends_with('\n')) joined += ' ';
      joined += line;
    }
  }
  return joined;
}

std::string dashed(const std::string& name) { return replace_all(name, "_", "-"); }

bool takes_several(const OptionSpec& option) {
  return option.kind == Kind::pairs || option.kind == Kind::list;
}

const OptionSpec& help_option() {
  static const OptionSpec help{.name = "help", .help = "Show this help"};
  return help;
}

std::vector<OptionSpec> options_of(const CommandSpec& command) {
  std::vector<OptionSpec> options = global_options();
  options.insert(options.end(), command.options.begin(), command.options.end());
  options.push_back(help_option());
  return options;
}

const OptionSpec* find_option(const std::string& arg, const std::vector<OptionSpec>& options) {
  const auto found = std::find_if(options.begin(), options.end(), [&](const OptionSpec& option) {
    return arg == "--" + option.name || arg == "--" + dashed(option.name) ||
           (option.short_name != 0 && arg == std::string("-") + option.short_name);
  });
  return found == options.end() ? nullptr : &*found;
}

std::string full_name(const std::vector<std::string>& path) {
  return path.empty() ? "kamal" : "kamal " + join(path, " ");
}

std::string arguments_of(const CommandSpec& command) {
  if (command.arguments.empty()) return "";
  std::vector<std::string> names = split(command.arguments, ' ');
  for (size_t i = 0; i < names.size() && i < command.min_args; ++i) {
    names[i] = without_brackets(names[i]);
  }
  return join(names, " ");
}

std::string with_arguments(const std::string& name, const CommandSpec& command) {
  const std::string arguments = arguments_of(command);
  return arguments.empty() ? name : name + " " + arguments;
}

std::string usage_of(const CommandSpec& command, const std::vector<std::string>& path) {
  if (command.group()) return full_name(path) + " COMMAND [OPTIONS]";
  std::string usage = full_name(path) + " [OPTIONS]";
  for (const OptionSpec& option : command.options) {
    if (option.required) usage += " " + long_form(option);
  }
  return with_arguments(usage, command);
}

std::string long_form(const OptionSpec& option) {
  std::string form = option.kind == Kind::flag && option.default_value == "true" ? "--[no-]" : "--";
  form += dashed(option.name);
  if (option.kind != Kind::flag) form += " " + (option.placeholder.empty() ? "VALUE" : option.placeholder);
  if (takes_several(option)) form += "...";
  return form;
}

std::string explanation(const OptionSpec& option) {
  std::string text = option.help;
  if (!option.choices.empty()) text += ": " + to_sentence(option.choices);
  if (option.required) text += " (required)";
  if (!option.default_value.empty() && option.kind != Kind::flag) {
    text += fmt::format(" (default: {})", option.default_value);
  }
  return text;
}

std::vector<std::string> paragraphs_of(const CommandSpec& command) {
  return command.details.empty() ? std::vector<std::string>() : split(command.details, '\n');
}

std::vector<OptionSpec> visible(const std::vector<OptionSpec>& options) {
  std::vector<OptionSpec> shown;
  std::copy_if(options.begin(), options.end(), std::back_inserter(shown),
               [](const OptionSpec& option) { return !option.hidden; });
  return shown;
}

std::vector<CommandSpec> commands_of(const CommandSpec& group, Visibility visibility) {
  std::vector<CommandSpec> commands;
  std::copy_if(
      group.commands.begin(), group.commands.end(), std::back_inserter(commands),
      [&](const CommandSpec& command) { return command.hidden == (visibility == Visibility::hidden); });
  return commands;
}

}  // namespace kamal::cli
