#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "cli/command_table.h"
#include "cli/context.h"
#include "cli/exec.h"
#include "cli/output/screen.h"
#include "cli/status/fleet_status.h"
#include "cli/status/status_json.h"
#include "cli/status/status_text.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds min_interval = 500ms;

WithUsage with_usage(const Context& context) {
  return context.options.flag("stats") ? WithUsage::yes : WithUsage::no;
}

std::string ask_for_text(Context& context) {
  return status_text(ask_for_status(context, with_usage(context)), context, with_usage(context));
}

void check_watch(const Context& context, const std::string& format) {
  if (format != "text") throw UsageError("--watch can't be used with --format " + format);
  if (!context.effects.out_is_terminal) throw UsageError("--watch requires a terminal");
  if (get(context.effects.environment, "TERM") == "dumb")
    throw UsageError("--watch requires a terminal that can move the cursor, but TERM is dumb");
}

// Ctrl-C is how this ends.
void watch(Context& context) {
  const auto interval = std::max(min_interval, context.options.seconds("interval").value());
  std::optional<sshkit::VerbosityScope> screen_only;
  Screen screen(context.effects);
  try {
    while (true) {
      const std::string text = ask_for_text(context);
      if (!screen_only) screen_only.emplace(context.output, sshkit::Verbosity::error);
      screen.draw(text);
      context.effects.clock.sleep(interval);
      context.effects.interruption.check();
    }
  } catch (const Interrupted& interrupted) {
    if (interrupted.signal != SIGINT || !screen.drawn()) throw;
  }
}

void show_status(Context& context) {
  const std::string format = context.options.text("format").value_or("text");
  if (context.options.flag("watch")) {
    check_watch(context, format);
    return watch(context);
  }
  std::optional<sshkit::VerbosityScope> result_only;
  if (format == "json") result_only.emplace(context.output, sshkit::Verbosity::error);
  const FleetStatus status = ask_for_status(context, with_usage(context));
  context.output.raw(format == "json" ? status_json(status, context)
                                      : status_text(status, context, with_usage(context)));
  if (!status.problems.empty()) throw ExitStatus{1};
}

}  // namespace

std::vector<CommandSpec> status_commands() {
  using Kind = OptionSpec::Kind;
  return {
      {.name = "status",
       .summary = "Show what runs where, on one screen",
       .options = {{.name = "stats", .help = "Show CPU and memory usage (takes 2s longer)"},
                   {.name = "watch", .short_name = 'w', .help = "Refresh until Ctrl-C (needs a terminal)"},
                   value_option(Kind::seconds, "--interval N", "Seconds between refreshes", "2"),
                   choice_option("--format FORMAT", "Output format", {"text", "json"}, "text")},
       .details = paragraphs(R"(
Shows version, age, restarts, proxy traffic and state of each role and accessory per host, then kamal-proxy and the
deploy lock. Rows that need attention or deviate from most come first, marked `!`. More than five hosts with the same
status share a row; -h lists them one by one.

An unreachable host gets a row with the reason; --watch does not retry a host that timed out. Exit status 0 if every
query succeeded, 1 otherwise. Changes nothing on the servers.

TRAFFIC is `serving`, `maintenance`, `paused`, `draining` (a newer container gets the requests), `not serving` or
`unknown`, and `-` without a proxy.

--format json prints every container, with times in UTC, as described in docs/status.schema.json.)"),
       .examples = {"kamal status", "kamal status -d staging -r web --stats",
                    "kamal status --watch --interval 5", "kamal status --format json"},
       .run = show_status,
       .no_prefix_match = true},
  };
}

}  // namespace kamal::cli
