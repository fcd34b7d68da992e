#pragma once

#include "kamal/commands/log_options.h"
#include "kamal/support/command.h"

namespace kamal::commands {

enum class Following { no, yes };

Arguments timestamps_argument(const LogOptions& options);
Arguments since_arguments(const LogOptions& options);
Arguments tail_arguments(const LogOptions& options);

// `docker logs` of a container by its name, with the lines that matter.
Command container_logs(const std::string& container, const LogOptions& options, Following following);
// The grep that `logs` pipes into; empty without one. Followed lines must not wait in grep's buffer.
Command grep_command(const LogOptions& options, Following following);

}  // namespace kamal::commands
