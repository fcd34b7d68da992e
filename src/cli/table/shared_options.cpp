#include "cli/table/groups.h"

namespace kamal::cli {

using Kind = OptionSpec::Kind;

OptionSpec confirmed_option() {
  return {.name = "confirmed", .short_name = 'y', .help = "Do not ask for confirmation"};
}

OptionSpec rolling_option(const std::string& help) { return {.name = "rolling", .help = help}; }

OptionSpec interactive_option() {
  return {.name = "interactive",
          .short_name = 'i',
          .help = "With this terminal, on the primary host (for a console)"};
}

OptionSpec raw_option() {
  return {.name = "raw", .help = "Write the command's standard output as it is, and nothing else"};
}

std::vector<OptionSpec> log_options() {
  return {
      {.name = "since",
       .kind = Kind::text,
       .short_name = 's',
       .help = "Lines since a time (2026-01-02T13:23:37Z) or an age (42m)",
       .placeholder = "TIME"},
      {.name = "lines",
       .kind = Kind::number,
       .short_name = 'n',
       .help = "Last lines of each server",
       .placeholder = "N"},
      {.name = "grep",
       .kind = Kind::text,
       .short_name = 'g',
       .help = "Only lines that match (a request's id, for example)",
       .placeholder = "PATTERN"},
      {.name = "grep_options",
       .kind = Kind::text,
       .help = "Extra grep options, as shell text",
       .placeholder = "OPTIONS"},
      {.name = "follow", .short_name = 'f', .help = "Keep showing new lines until Ctrl-C"},
      {.name = "skip_timestamps", .short_name = 'T', .help = "Leave out docker's time stamps"},
  };
}

}  // namespace kamal::cli
