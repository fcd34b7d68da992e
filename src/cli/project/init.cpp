#include "cli/project/init.h"

#include <filesystem>

#include "cli/arguments/command_line.h"
#include "cli/project/templates.h"
#include "kamal/cli/run.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

constexpr mode_t program = 0755;
constexpr mode_t text = 0644;

void create_sample_hooks(const Effects& effects) {
  const std::filesystem::path directory = ".kamal/hooks";
  if (std::filesystem::exists(directory)) return;
  std::filesystem::create_directories(directory);
  for (const ProjectTemplate& hook : sample_hooks()) write_file(directory / hook.name, hook.text, program);
  effects.out("Created sample hooks in .kamal/hooks\n");
}

void init_project(const Invocation& invocation, const Effects& effects) {
  if (std::filesystem::exists("config/deploy.yml")) {
    effects.out("Config file already exists in config/deploy.yml (remove first to create a new one)\n");
  } else {
    std::filesystem::create_directories("config");
    write_file("config/deploy.yml", deploy_template(), text);
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

std::vector<CommandSpec> init_commands() {
  return {{.name = "init",
           .summary = "Create config/deploy.yml, .kamal/secrets and sample hooks",
           .options = {{.name = "bundle", .help = "Explain how to replace a Ruby project's bin/kamal"}},
           .examples = {"kamal init"},
           .run = init_project}};
}

}  // namespace kamal::cli
