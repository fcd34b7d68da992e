#pragma once

#include <optional>
#include <string>

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
      grep_options;  // words for grep, split as a shell would; std::invalid_argument if it can't
  std::optional<std::string> container_id;  // app only: this container,
  std::optional<Version> version;           // or the one of this version, instead of the one that runs
};

}  // namespace kamal::commands
