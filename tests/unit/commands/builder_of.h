#pragma once

#include "kamal/commands/builder.h"
#include "support/deploy_file.h"

namespace kamal::commands {

using test::configured;

// An amd64 machine and a checkout with a blank in its path.
inline BuildLocation place() {
  BuildLocation place;
  place.machine = "amd64";
  place.git_used = true;
  place.git_root = "/home/ada/my repo";
  place.revision = "c0ffee";
  place.working_directory = "/home/ada/my repo/apps/shop";
  place.working_directory_hash = "0123456789abcdef0123456789abcdef";
  place.temp_directory = "/tmp";
  return place;
}

inline Builder builder_of(const config::Configuration& config) { return {config, Version("v1"), place()}; }

inline Command pushed(const config::Configuration& config, const PushOptions& options = {}) {
  const test::GivenSecrets secrets = {{"NPM_TOKEN", "n p m"}};
  return builder_of(config).push(options, secrets);
}

}  // namespace kamal::commands
