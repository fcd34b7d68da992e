#include "kamal/cli/command_table.h"

#include <algorithm>

#include "cli/table/groups.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

CommandSpec main_commands() {
  const OptionSpec skip_push{.name = "skip_push",
                             .letter = 'P',
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
              {.name = "config",
               .summary = "Print the combined configuration, secrets redacted",
               .options = {{.name = "format",
                            .kind = Kind::text,
                            .help = "yaml or json",
                            .default_value = "yaml",
                            .placeholder = "FORMAT"}}},
              {.name = "deploy",
               .summary = "Build, push and boot a new version without downtime",
               .options = {skip_push, no_cache}},
              {.name = "details", .summary = "Show the containers of the proxy, the app and all accessories"},
              {.name = "docs",
               .summary = "Explain the configuration, or one section of it",
               .arguments = "[SECTION]",
               .most_arguments = 1},
              {.name = "help",
               .summary = "Describe the commands, or one of them",
               .arguments = "[COMMAND]",
               .most_arguments = 2},
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
               .least_arguments = 1,
               .most_arguments = 1},
              secrets_commands(),
              server_commands(),
              {.name = "setup",
               .summary = "Prepare the servers, boot the accessories and deploy for the first time",
               .options = {skip_push, no_cache}},
              {.name = "upgrade",
               .summary = "Move servers from Kamal 1 (Traefik) to Kamal 2 (kamal-proxy)",
               .options = {confirmed_option(), rolling_option("One server after the other")}},
              {.name = "version", .summary = "Print the version of kamal"},
          },
  };
}

}  // namespace

const CommandSpec* CommandSpec::find(std::string_view wanted) const {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const CommandSpec& c) { return c.name == wanted; });
  return found == commands.end() ? nullptr : &*found;
}

const CommandSpec& command_table() {
  static const CommandSpec root = main_commands();
  return root;
}

const std::vector<OptionSpec>& global_options() {
  static const std::vector<OptionSpec> options = {
      {.name = "verbose", .letter = 'v', .help = "Show every line that commands print"},
      {.name = "quiet", .letter = 'q', .help = "Show results and errors only"},
      {.name = "version",
       .kind = Kind::text,
       .help = "App version to work with, instead of the git revision",
       .placeholder = "VERSION"},
      {.name = "primary", .letter = 'p', .help = "Only on the primary host"},
      {.name = "hosts",
       .kind = Kind::text,
       .letter = 'h',
       .help = "Only on these hosts (separated by commas, * matches anything)",
       .placeholder = "HOSTS"},
      {.name = "roles",
       .kind = Kind::text,
       .letter = 'r',
       .help = "Only for these roles (separated by commas, * matches anything)",
       .placeholder = "ROLES"},
      {.name = "config_file",
       .kind = Kind::text,
       .letter = 'c',
       .help = "Configuration file",
       .default_value = "config/deploy.yml",
       .placeholder = "FILE"},
      {.name = "destination",
       .kind = Kind::text,
       .letter = 'd',
       .help = "Destination: merges deploy.DEST.yml (staging: deploy.staging.yml)",
       .placeholder = "DEST"},
      {.name = "skip_hooks", .letter = 'H', .help = "Run no hooks"},
      {.name = "lock_wait", .help = "Wait for the deploy lock where somebody else's deploy holds it"},
      {.name = "lock_wait_timeout",
       .kind = Kind::number,
       .help = "Seconds to wait for the lock at the most",
       .default_value = "900",
       .placeholder = "N"},
      {.name = "lock_wait_interval",
       .kind = Kind::number,
       .help = "Seconds between two looks at the lock",
       .default_value = "15",
       .placeholder = "N"},
  };
  return options;
}

}  // namespace kamal::cli
