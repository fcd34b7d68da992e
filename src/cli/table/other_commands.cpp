#include <algorithm>

#include "cli/table/groups.h"
#include "kamal/secrets/adapters.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

OptionSpec output_option(const std::string& default_value) {
  return {.name = "output",
          .kind = Kind::text,
          .help = "Type that `docker buildx build --output` gets",
          .default_value = default_value,
          .placeholder = "TYPE",
          .choices = {"registry", "docker", "image"}};
}

std::vector<std::string> adapters() {
  std::vector<std::string> names = secret_adapter_names();
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<OptionSpec> where_options() {
  return {{.name = "skip_local", .short_name = 'L', .help = "Not on this machine"},
          {.name = "skip_remote", .short_name = 'R', .help = "Not on the servers"}};
}

}  // namespace

CommandSpec build_commands() {
  const OptionSpec no_cache{.name = "no_cache", .help = "Build every layer anew"};
  return {
      .name = "build",
      .summary = "Build the app's image",
      .commands =
          {
              {.name = "create", .summary = "Create the builder"},
              {.name = "deliver",
               .summary = "Build and push the image, then pull it on the servers",
               .options = {output_option("registry"), no_cache}},
              {.name = "details", .summary = "Show the builder"},
              {.name = "dev",
               .summary = "Build from the working directory into the local image store, tagged as dirty",
               .options = {output_option("docker"), no_cache}},
              {.name = "pull", .summary = "Pull the image on the servers"},
              {.name = "push",
               .summary = "Build the image and push it to the registry",
               .options = {output_option("registry"), no_cache}},
              {.name = "remove", .summary = "Remove the builder"},
          },
  };
}

CommandSpec completion_command() {
  return {
      .name = "completion",
      .summary = "Print a shell's completion script: bash, zsh or fish",
      .arguments = "SHELL",
      .max_args = any_number,
      .options = {{.name = "words",
                   .help = "Print what could stand in the place of the last word, for these scripts",
                   .hidden = true}},
      .choices = {"bash", "zsh", "fish"},
      .details =
          "With it, the tab key completes commands and options and, from deploy.yml, destinations, roles, "
          "hosts, accessories and aliases. Nothing is run for that, here or on a server.\n"
          "bash: `source <(kamal completion bash)` in ~/.bashrc.\n"
          "zsh: `source <(kamal completion zsh)` in ~/.zshrc, behind compinit.\n"
          "fish: `kamal completion fish | source` in ~/.config/fish/config.fish.",
      .no_prefix_match = true};
}

CommandSpec lock_commands() {
  return {
      .name = "lock",
      .summary = "Manage the deploy lock",
      .commands =
          {
              {.name = "acquire",
               .summary = "Take the deploy lock, so that nobody deploys",
               .options = {{.name = "message",
                            .kind = Kind::text,
                            .short_name = 'm',
                            .help = "Why, for those who find it",
                            .placeholder = "TEXT",
                            .required = true}}},
              {.name = "release", .summary = "Give the deploy lock back, whoever took it"},
              {.name = "status", .summary = "Show who holds the deploy lock"},
          },
  };
}

CommandSpec prune_commands() {
  return {
      .name = "prune",
      .summary = "Remove old images and containers",
      .commands =
          {
              {.name = "all", .summary = "Remove unused images and old stopped containers"},
              {.name = "containers",
               .summary = "Remove stopped containers but the last ones",
               .options = {{.name = "retain",
                            .kind = Kind::number,
                            .help = "How many are kept (default: retain_containers of the configuration)",
                            .placeholder = "N"}}},
              {.name = "images", .summary = "Remove unused images"},
          },
  };
}

CommandSpec registry_commands() {
  return {
      .name = "registry",
      .summary = "Log in to the image registry, or run a local one",
      .commands =
          {
              {.name = "login", .summary = "Log in, here and on the servers", .options = where_options()},
              {.name = "logout", .summary = "Log out, here and on the servers", .options = where_options()},
              {.name = "remove",
               .summary = "Remove the local registry, or log out of a remote one",
               .options = where_options()},
              {.name = "setup",
               .summary = "Start the local registry, or log in to a remote one",
               .options = where_options()},
          },
  };
}

CommandSpec secrets_commands() {
  const OptionSpec inlined{.name = "inline", .help = "Called from a secrets file", .hidden = true};
  return {
      .name = "secrets",
      .summary = "Get secrets out of a vault",
      .commands =
          {
              {.name = "extract",
               .summary = "Print one secret out of what `fetch` printed",
               .arguments = "[NAME] [SECRETS]",
               .min_args = 2,
               .max_args = 2,
               .options = {inlined}},
              {.name = "fetch",
               .summary = "Fetch secrets from a vault, as JSON",
               .arguments = "[SECRETS...]",
               .max_args = any_number,
               .options =
                   {{.name = "adapter",
                     .kind = Kind::text,
                     .short_name = 'a',
                     .help = "Which vault",
                     .placeholder = "NAME",
                     .required = true,
                     .choices = adapters()},
                    {.name = "account", .kind = Kind::text, .help = "Account or user", .placeholder = "NAME"},
                    {.name = "from",
                     .kind = Kind::text,
                     .help = "Vault, folder or project to look in",
                     .placeholder = "PLACE"},
                    inlined},
               .details =
                   "Meant for .kamal/secrets: "
                   "`SECRETS=$(kamal secrets fetch --adapter 1password --account a --from Vault/Item KEY)`"},
              {.name = "print", .summary = "Print all secrets, to find mistakes"},
          },
  };
}

CommandSpec server_commands() {
  return {
      .name = "server",
      .summary = "Prepare servers and run commands on them",
      .commands =
          {
              {.name = "bootstrap", .summary = "Install Docker where it is missing"},
              {.name = "exec",
               .summary = "Run a shell command on the servers",
               .arguments = "[CMD...]",
               .max_args = any_number,
               .options = {interactive_option(), raw_option()},
               .forwards_unknown_options = true,
               .details = "Runs on each selected host; with -i, only on the primary host.\n"
                          "A single argument is a shell line and runs as written: `kamal server exec 'df -h "
                          "| grep $HOME'`. Several arguments keep their boundaries, each quoted once; only "
                          "the first one is still a shell line, and a shell operator among them (`kamal "
                          "server exec docker ps '|' wc -l`) makes one line of all.\n"
                          "kamal options may appear anywhere; everything after -- belongs to the command: "
                          "`kamal server exec -- ls -la`"},
          },
  };
}

}  // namespace kamal::cli
