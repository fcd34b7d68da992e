#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

std::vector<CommandSpec> init_commands();

// Files that `kamal init` writes.
struct ProjectTemplate {
  std::string name;
  std::string text;
};

std::string_view deploy_template();   // config/deploy.yml
std::string_view secrets_template();  // .kamal/secrets
std::vector<ProjectTemplate> sample_hooks();

}  // namespace kamal::cli
