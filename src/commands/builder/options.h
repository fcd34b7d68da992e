#pragma once

#include <string>
#include <vector>

#include "commands/builder/target.h"

namespace kamal::commands {

Arguments platform_options(const std::vector<std::string>& arches);
Arguments tag_options(const BuildJob& job, Tagging tagging);
// Cache, labels, arguments, secrets and so on: what `docker buildx build` gets of deploy.yml.
Arguments build_options(const BuildJob& job);
// NAME=VALUE of `builder.args`, or NAME where it has no value; people only see the name.
Arguments hidden_values(const std::string& option, const BuildJob& job);
// For images that go to a registry on this machine.
Arguments driver_options(const BuildJob& job);
// The values of `builder.secrets` as the environment of a command.
void add_secrets(Command& command, const BuildJob& job, const Secrets& secrets);

}  // namespace kamal::commands
