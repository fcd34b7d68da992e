#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

enum class HookSecrets { keep, pass };

struct HookCall {
  HookSecrets secrets = HookSecrets::keep;
  std::optional<Version> version{};      // the run's own when absent
  std::optional<std::string> hosts{};    // the selection's when absent
  std::optional<std::string> runtime{};  // whole seconds
};

// Checks the hooks of a command before its first one: those that there are can be run. Throws Error (hook)
// with what to do about each that cannot.
void check_hooks(const Context& context, const std::vector<std::string>& names);

// Runs a hook where there is one and --skip-hooks was not given. Throws Error (hook) with the hook's output.
void run_hook(Context& context, const std::string& hook, const HookCall& call = {});

}  // namespace kamal::cli
