#pragma once

#include <optional>
#include <string>

#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

enum class Timestamps { show, skip };

// What `logs` shows. The texts come from the command line and reach docker and grep as they are.
struct LogOptions {
  Timestamps timestamps = Timestamps::show;
  std::optional<std::string> since;  // a time or 42m
  std::optional<std::string> lines;  // the last so many
  std::optional<std::string> grep;   // only lines that match
  std::optional<std::string>
      grep_options;  // arguments for grep, split as a shell would; std::invalid_argument if that fails
  std::optional<std::string> container_id;  // app only: this container,
  std::optional<Version> version;           // or the one of this version, instead of the one that runs
};

enum class Following { no, yes };

Arguments timestamps_argument(const LogOptions& options);
Arguments since_arguments(const LogOptions& options);
Arguments tail_arguments(const LogOptions& options);

// `docker logs` of a container by its name, with the lines that matter.
Command container_logs(const std::string& container, const LogOptions& options, Following following);
// The grep that `logs` pipes into; empty without one. Followed lines must not wait in grep's buffer.
Command grep_command(const LogOptions& options, Following following);

}  // namespace kamal::commands
