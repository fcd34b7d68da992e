#include "kamal/cli/command_table.h"

#include <algorithm>
#include <utility>

#include "cli/table/groups.h"
#include "kamal/config/schema.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

CommandSpec main_commands() {
  const OptionSpec skip_push{.name = "skip_push",
                             .short_name = 'P',
                             .help = "Use the image that is in the registry: neither build nor push"};
  const OptionSpec no_cache{.name = "no_cache", .help = "Build every layer anew"};
  return {
      .name = "kamal",
      .summary = "Deploy web apps with Docker over SSH",
      .commands =
          {
              accessory_commands(),
              app_commands(),
              {.name = "audit", .summary = "Show the last lines of the audit log of each server"},
              build_commands(),
              completion_command(),
              {.name = "config",
               .summary = "Print the combined configuration, secrets redacted",
               .options = {{.name = "format",
                            .kind = Kind::text,
                            .help = "How it is written",
                            .default_value = "yaml",
                            .placeholder = "FORMAT",
                            .choices = {"yaml", "json"}}}},
              {.name = "deploy",
               .summary = "Build, push and boot a new version without downtime",
               .options = {skip_push, no_cache},
               .details =
                   "Builds the image from a clean clone of the git repository, pushes it and pulls it on the "
                   "servers. Then, under the deploy lock, starts the proxy where it does not run, boots the "
                   "new "
                   "containers, stops the old ones as soon as the new ones are healthy, and prunes."},
              {.name = "details", .summary = "Show the containers of the proxy, the app and all accessories"},
              {.name = "docs",
               .summary = "Explain the configuration, or one section of it",
               .arguments = "[SECTION]",
               .max_args = 1,
               .choices = config::documentation_sections()},
              {.name = "help",
               .summary = "Describe the commands, or one of them",
               .arguments = "[COMMAND...]",
               .max_args = 2,
               .options = {{.name = "format",
                            .kind = Kind::text,
                            .help = "Form (man and markdown describe all commands)",
                            .default_value = "text",
                            .placeholder = "FORMAT",
                            .choices = {"text", "man", "markdown"}}},
               .completes = Completes::commands,
               .inherited = true},
              {.name = "init",
               .summary = "Create config/deploy.yml, .kamal/secrets and sample hooks",
               .options = {{.name = "bundle",
                            .help = "Explain how a bin/kamal of a Ruby project is replaced"}}},
              lock_commands(),
              proxy_commands(),
              prune_commands(),
              {.name = "redeploy",
               .summary = "Deploy without preparing servers, booting the proxy or pruning",
               .options = {skip_push, no_cache}},
              registry_commands(),
              {.name = "remove",
               .summary =
                   "Remove the app, the proxy, all accessories and the registry log-in from the servers",
               .options = {confirmed_option()}},
              {.name = "rollback",
               .summary = "Go back to a version that is still on the servers",
               .arguments = "[VERSION]",
               .min_args = 1,
               .max_args = 1,
               .details =
                   "`kamal app containers` shows which versions there are: each deploy keeps the last ones, "
                   "as many as retain_containers in deploy.yml says."},
              secrets_commands(),
              server_commands(),
              {.name = "setup",
               .summary = "Prepare the servers, boot the accessories and deploy for the first time",
               .options = {skip_push, no_cache},
               .details =
                   "Installs Docker where it is missing, then does what `kamal deploy` does and boots the "
                   "accessories on the way. It may be run again."},
              {.name = "upgrade",
               .summary = "Move servers from Kamal 1 (Traefik) to Kamal 2 (kamal-proxy)",
               .options = {confirmed_option(), rolling_option("One server after the other")},
               .details =
                   "Removes Traefik's container and image, starts kamal-proxy, reboots the app behind it "
                   "and restarts the accessories in the network of Kamal 2."},
              {.name = "version", .summary = "Print the version of kamal"},
          },
  };
}

// Every group has a `tree`, as in Kamal.
CommandSpec with_tree(CommandSpec group) {
  for (CommandSpec& command : group.commands) {
    if (command.group()) command = with_tree(std::move(command));
  }
  const auto next = std::find_if(group.commands.begin(), group.commands.end(),
                                 [](const CommandSpec& command) { return command.name > "tree"; });
  group.commands.insert(next, {.name = "tree", .summary = "Print all commands as a tree", .inherited = true});
  return group;
}

}  // namespace

const CommandSpec* CommandSpec::find(std::string_view wanted) const {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const CommandSpec& c) { return c.name == wanted; });
  return found == commands.end() ? nullptr : &*found;
}

const CommandSpec& command_table() {
  static const CommandSpec root = with_tree(main_commands());
  return root;
}

const std::vector<OptionSpec>& global_options() {
  static const std::vector<OptionSpec> options = {
      {.name = "verbose", .short_name = 'v', .help = "Show every line that commands print"},
      {.name = "quiet", .short_name = 'q', .help = "Show results and errors only"},
      {.name = "version",
       .kind = Kind::text,
       .help = "App version, instead of the git revision",
       .placeholder = "VERSION"},
      {.name = "primary", .short_name = 'p', .help = "Only on the primary host"},
      {.name = "hosts",
       .kind = Kind::text,
       .short_name = 'h',
       .help = "Only on these hosts (commas, wildcards with *)",
       .placeholder = "HOSTS",
       .completes = Completes::hosts},
      {.name = "roles",
       .kind = Kind::text,
       .short_name = 'r',
       .help = "Only for these roles (commas, wildcards with *)",
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
       .help = "Destination: adds what deploy.DEST.yml says",
       .placeholder = "DEST",
       .completes = Completes::destinations},
      {.name = "skip_hooks", .short_name = 'H', .help = "Run no hooks"},
      {.name = "lock_wait", .help = "Wait where another deploy holds the lock"},
      {.name = "lock_wait_timeout",
       .kind = Kind::seconds,
       .help = "Seconds to wait for the lock",
       .default_value = "900",
       .placeholder = "N"},
      {.name = "lock_wait_interval",
       .kind = Kind::seconds,
       .help = "Seconds between two attempts",
       .default_value = "15",
       .placeholder = "N"},
  };
  return options;
}

}  // namespace kamal::cli
