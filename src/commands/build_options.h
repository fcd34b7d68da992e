#pragma once

#include <string>
#include <vector>

#include "commands/build_targets.h"

namespace kamal::commands {

Arguments platform_options(const std::vector<std::string>& arches);
Arguments tag_options(const BuildJob& job, Tagging tagging);
// Cache, labels, arguments, secrets and so on: options of `docker buildx build` from deploy.yml.
void add_build_options(Command& command, const BuildJob& job);
// NAME=VALUE of `builder.args`, or NAME if it has no value; only the name is shown.
Arguments hidden_values(const std::string& option, const BuildJob& job);
// For images that go to a registry on this machine.
Arguments driver_options(const BuildJob& job);
// The values of `builder.secrets` as the environment of a command.
void add_secrets(Command& command, const BuildJob& job, const Secrets& secrets);

}  // namespace kamal::commands
