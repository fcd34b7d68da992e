#include <filesystem>

#include "cli/main/main_commands.h"
#include "cli/main/project_templates.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

constexpr mode_t program = 0755;
constexpr mode_t text = 0644;

void create_sample_hooks(const Effects& effects) {
  const std::filesystem::path folder = ".kamal/hooks";
  if (std::filesystem::exists(folder)) return;
  std::filesystem::create_directories(folder);
  for (const ProjectTemplate& hook : sample_hooks()) write_file(folder / hook.name, hook.text, program);
  effects.out("Created sample hooks in .kamal/hooks\n");
}

}  // namespace

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
        "This kamal is a program of its own and goes into no Gemfile. Where scripts call bin/kamal, put this "
        "there:\n"
        "  #!/bin/sh\n"
        "  exec kamal \"$@\"\n");
  }
}

}  // namespace kamal::cli
