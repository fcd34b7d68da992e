#include "cli/command_table.h"

#include <filesystem>

#include "cli/arguments/command_line.h"
#include "kamal/cli/run.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

constexpr mode_t program = 0755;
constexpr mode_t text = 0644;

// A file that `kamal init` writes.
struct ProjectTemplate {
  std::string name;
  std::string text;
};

// config/deploy.yml
std::string_view deploy_template() {
  return R"(# How this app is deployed. `kamal docs` explains every key.

# Name of the app; containers on the servers are named after it.
service: my-app

# Name of the image in the registry.
image: my-user/my-app

# Hosts that run the app. `web` serves requests; add other roles for background work:
#   job:
#     hosts: [ 192.0.2.2 ]
#     cmd: bin/jobs
servers:
  web:
    - 192.0.2.1

# kamal-proxy routes requests to the app, and obtains certificates.
proxy:
  ssl: true
  host: app.example.com
  # Port the app listens on (default: 80):
  # app_port: 3000

# Registry that stores the image (default: Docker Hub).
registry:
  # server: ghcr.io
  username: my-user
  # Name of the secret in .kamal/secrets.
  password:
    - KAMAL_REGISTRY_PASSWORD

# Architecture of the servers: amd64 or arm64.
builder:
  arch: amd64

# Environment variables of the app. Secret values come from .kamal/secrets.
# env:
#   clear:
#     DB_HOST: 192.0.2.2
#   secret:
#     - SECRET_KEY_BASE

# Shortcuts, such as `kamal console`.
# aliases:
#   console: app exec --interactive --reuse "bin/console"
#   logs: app logs --follow

# SSH user (default: root).
# ssh:
#   user: deploy

# Databases and other supporting services.
# accessories:
#   db:
#     image: postgres:17
#     host: 192.0.2.2
#     port: "127.0.0.1:5432:5432"
#     env:
#       secret:
#         - POSTGRES_PASSWORD
#     directories:
#       - data:/var/lib/postgresql/data
)";
}

// .kamal/secrets
std::string_view secrets_template() {
  return R"(# Secrets for deploy.yml. Commit this file: it says where values come from, and never contains the values.

# From your environment:
KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD

# From a command:
# SECRET_KEY_BASE=$(cat config/secret.key)

# From a vault (see `kamal secrets fetch --help`):
# SECRETS=$(kamal secrets fetch --adapter 1password --account my-account --from Vault/Item KEY OTHER_KEY)
# KEY=$(kamal secrets extract KEY $SECRETS)
# OTHER_KEY=$(kamal secrets extract OTHER_KEY $SECRETS)
)";
}

std::string hook(const std::string& when) {
  return "#!/bin/sh\n"
         "# " +
         when +
         "\n"
         "# To enable, remove `.sample` from the name. A non-zero exit stops kamal.\n"
         "# To list all variables: env | grep ^KAMAL_\n"
         "\n"
         "echo \"$KAMAL_PERFORMER: $KAMAL_COMMAND of $KAMAL_SERVICE_VERSION on $KAMAL_HOSTS\"\n";
}

std::vector<ProjectTemplate> sample_hooks() {
  return {
      {"docker-setup.sample", hook("Runs after Docker is installed on the servers.")},
      {"pre-connect.sample", hook("Runs before the first connection to a server.")},
      {"pre-build.sample",
       hook("Runs before the image is built, for example to check the working tree or CI.")},
      {"pre-deploy.sample", hook("Runs after the image is pulled, before containers are replaced.")},
      {"pre-app-boot.sample", hook("Runs before the containers of a group of hosts boot.")},
      {"post-app-boot.sample", hook("Runs after the containers of a group of hosts have booted.")},
      {"post-deploy.sample",
       hook("Runs after a deploy, redeploy or rollback. KAMAL_RUNTIME is its duration in seconds.")},
      {"pre-proxy-reboot.sample", hook("Runs before kamal-proxy is rebooted on a group of hosts.")},
      {"post-proxy-reboot.sample", hook("Runs after kamal-proxy is rebooted on a group of hosts.")},
  };
}

void create_sample_hooks(const Effects& effects) {
  const std::filesystem::path directory = ".kamal/hooks";
  if (std::filesystem::exists(directory)) return;
  std::filesystem::create_directories(directory);
  for (const ProjectTemplate& hook : sample_hooks()) write_file(directory / hook.name, hook.text, program);
  effects.out("Created sample hooks in .kamal/hooks\n");
}

void init_project(const Invocation& invocation, const Effects& effects) {
  if (std::filesystem::exists(default_config_file)) {
    effects.out("Config file already exists in config/deploy.yml (remove first to create a new one)\n");
  } else {
    std::filesystem::create_directories("config");
    write_file(default_config_file, deploy_template(), text);
    effects.out("Created configuration file in config/deploy.yml\n");
  }
  if (!std::filesystem::exists(".kamal/secrets")) {
    std::filesystem::create_directories(".kamal");
    write_file(".kamal/secrets", secrets_template(), text);
    effects.out("Created .kamal/secrets file\n");
  }
  create_sample_hooks(effects);
  if (invocation.options.flag("bundle")) {
    effects.out(
        "kamal is a standalone binary; don't add it to a Gemfile. If scripts call bin/kamal, replace it "
        "with:\n"
        "  #!/bin/sh\n"
        "  exec kamal \"$@\"\n");
  }
}

}  // namespace

std::vector<CommandSpec> project_init_commands() {
  return {{.name = "init",
           .summary = "Create config/deploy.yml, .kamal/secrets and sample hooks",
           .options = {{.name = "bundle", .help = "Explain how to replace a Ruby project's bin/kamal"}},
           .run = init_project}};
}

}  // namespace kamal::cli
