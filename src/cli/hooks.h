#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

enum class HookSecrets { keep, pass };

struct HookCall {
  HookSecrets secrets = HookSecrets::keep;
  std::optional<Version> version{};      // default: the run's
  std::optional<std::string> hosts{};    // default: the selected hosts
  std::optional<std::string> runtime{};  // whole seconds
};

// Those of the hooks that exist, unless --skip-hooks is set.
std::vector<std::string> existing_hooks(const Context& context, const std::vector<std::string>& names);
const std::vector<std::string>& hook_names();
// The hooks of a deploy, in sequence.
enum class WithBuild { no, yes };
std::vector<std::string> hooks_of_deploy(WithBuild build);

// Why a hook cannot run.
struct HookObstacle {
  std::string hook{}, reason{};
  std::string fix{};  // a command; "" if the reason says it
};
// Of those that exist.
std::vector<HookObstacle> find_hook_obstacles(const config::Configuration& config,
                                              const EnvironmentMap& environment,
                                              const std::vector<std::string>& names);

// Checks that the existing hooks of a command can run, before its first one does. Throws Error (hook) with a
// fix for each that cannot.
void check_hooks(const Context& context, const std::vector<std::string>& names);

// Runs a hook, if it exists and --skip-hooks is not set. Throws Error (hook) with the hook's output.
void run_hook(Context& context, const std::string& hook, const HookCall& call = {});

}  // namespace kamal::cli
