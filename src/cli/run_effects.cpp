#include "cli/run_effects.h"

namespace kamal::cli {

RunEffects::RunEffects(const Effects& effects, const EnvironmentMap& environment)
    : processes_(environment, effects.processes),
      effects_{
          .environment = environment,
          .processes = processes_,
          .clock = effects.clock,
          .random = effects.random,
          .interruption = effects.interruption,
          .out = effects.out,
          .err = effects.err,
          .ask = effects.ask,
          .ask_secretly = effects.ask_secretly,
          .connect = effects.connect,
          .out_is_terminal = effects.out_is_terminal,
          .in_is_terminal = effects.in_is_terminal,
          .out_is_closed = effects.out_is_closed,
          .arguments = effects.arguments,
      } {}

}  // namespace kamal::cli
