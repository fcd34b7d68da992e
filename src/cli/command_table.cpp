#include "cli/command_table.h"

#include <algorithm>
#include <utility>

#include "cli/accessory/accessory.h"
#include "cli/app/exec.h"
#include "cli/app/inspection.h"
#include "cli/app/lifecycle.h"
#include "cli/app/removal.h"
#include "cli/app/stale.h"
#include "cli/arguments/options.h"
#include "cli/build/builder.h"
#include "cli/build/image.h"
#include "cli/completion/completion.h"
#include "cli/deploy/deploy.h"
#include "cli/help/help.h"
#include "cli/lock/deploy_lock.h"
#include "cli/project/init.h"
#include "cli/project/project.h"
#include "cli/proxy/boot.h"
#include "cli/proxy/lifecycle.h"
#include "cli/registry/registry.h"
#include "cli/secrets/secrets.h"
#include "cli/server/server.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

// The commands sorted, with `tree`, which every group of Kamal has. `call` is the group as typed: kamal app.
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
      group("app", "Manage the app",
            {app_exec_commands(), app_inspection_commands(), app_lifecycle_commands(), app_removal_commands(),
             app_stale_commands()}),
      group("build", "Build the app's image", {builder_commands(), image_commands()}),
      group("lock", "Manage the deploy lock", {lock_commands()}),
      group("proxy", "Manage kamal-proxy", {proxy_boot_commands(), proxy_lifecycle_commands()}),
      group("prune", "Remove old images and containers", {prune_commands()}),
      group("registry", "Log in to the image registry, or run a local one", {registry_commands()}),
      group("secrets", "Read secrets from a vault", {secrets_commands()}),
      group("server", "Prepare servers and run commands on them", {server_commands()}),
  };
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
      .commands = sum("kamal", {deploy_commands(), groups(), init_commands(), project_commands(),
                                help_commands(), completion_commands()})};
  return root;
}

const std::vector<OptionSpec>& global_options() {
  static const std::vector<OptionSpec> options = {
      {.name = "verbose", .short_name = 'v', .help = "Show all command output"},
      {.name = "quiet", .short_name = 'q', .help = "Show results and errors only"},
      value_option(Kind::text, "--version VERSION", "App version (default: the git revision)"),
      {.name = "primary", .short_name = 'p', .help = "Only the primary host"},
      {.name = "hosts",
       .kind = Kind::text,
       .short_name = 'h',
       .help = "Only these hosts (comma-separated, wildcards)",
       .placeholder = "HOSTS",
       .completes = Completes::hosts},
      {.name = "roles",
       .kind = Kind::text,
       .short_name = 'r',
       .help = "Only these roles (comma-separated, wildcards)",
       .placeholder = "ROLES",
       .completes = Completes::roles},
      {.name = "config_file",
       .kind = Kind::text,
       .short_name = 'c',
       .help = "Configuration file",
       .default_value = "config/deploy.yml",
       .placeholder = "FILE",
       .completes = Completes::files},
      {.name = "destination",
       .kind = Kind::text,
       .short_name = 'd',
       .help = "Destination; merges deploy.DEST.yml",
       .placeholder = "DEST",
       .completes = Completes::destinations},
      {.name = "skip_hooks", .short_name = 'H', .help = "Skip hooks"},
      {.name = "lock_wait", .help = "Wait if another deploy holds the lock"},
      value_option(Kind::seconds, "--lock-wait-timeout N", "Seconds to wait for the lock", "900"),
      value_option(Kind::seconds, "--lock-wait-interval N", "Seconds between attempts", "15"),
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

}  // namespace kamal::cli
