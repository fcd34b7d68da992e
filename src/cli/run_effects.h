#pragma once

#include "kamal/cli/run.h"
#include "kamal/support/process.h"

namespace kamal::cli {

// What one command may touch: that of the whole program, in the environment that templates have made of its
// own.
class RunEffects {
 public:
  RunEffects(const Effects& effects, const EnvironmentMap& environment);
  RunEffects(const RunEffects&) = delete;
  RunEffects& operator=(const RunEffects&) = delete;

  const Effects& get() const { return effects_; }

 private:
  ProcessesIn processes_;
  Effects effects_;
};

}  // namespace kamal::cli
