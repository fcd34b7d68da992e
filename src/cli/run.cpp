#include "kamal/cli/run.h"

#include <fmt/format.h>

#include "cli/arguments/command_line.h"
#include "cli/completion/candidates.h"
#include "cli/context.h"
#include "cli/deploy/closing_block.h"
#include "cli/error_text.h"
#include "cli/exec.h"
#include "cli/failures.h"
#include "cli/help/help.h"
#include "cli/hooks.h"
#include "cli/output/ci.h"
#include "cli/output/live_progress.h"
#include "cli/report/report_file.h"
#include "kamal/config/loader.h"
#include "kamal/support/readable.h"

namespace kamal::cli {
namespace {

using sshkit::Output;
using sshkit::Verbosity;

constexpr int failure_status = 1;

// Programs that may prompt get the terminal without live lines.
class PromptingProcesses : public ProcessesIn {
 public:
  PromptingProcesses(const Effects& effects, const EnvironmentMap& environment)
      : ProcessesIn(environment, effects.processes), live_lines_(effects.live_lines) {}

  ProcessResult run(const Process& process, const OutputSink& sink) override {
    const LiveLines::Pause pause(process.terminal == Terminal::shared ? live_lines_ : nullptr);
    return ProcessesIn::run(process, sink);
  }
  int run_attached(const Process& process) override {
    const LiveLines::Pause pause(live_lines_);
    return ProcessesIn::run_attached(process);
  }

 private:
  LiveLines* const live_lines_;
};

// The effects of one command: those of the program, in the environment as changed by templates.
class RunEffects {
 public:
  RunEffects(const Effects& effects, const EnvironmentMap& environment)
      : processes_(effects, environment),
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
            .window_size = effects.window_size,
            .live_lines = effects.live_lines,
            .build_info = effects.build_info,
            .arguments = effects.arguments,
            .wait_speed = effects.wait_speed,
        } {}
  RunEffects(const RunEffects&) = delete;
  RunEffects& operator=(const RunEffects&) = delete;

  const Effects& get() const { return effects_; }

 private:
  PromptingProcesses processes_;
  Effects effects_;
};

bool colored(const Effects& effects) {
  return effects.out_is_terminal && get(effects.environment, "NO_COLOR").value_or("").empty();
}

Verbosity verbosity_of(const Options& options) {
  if (options.flag("quiet")) return Verbosity::error;
  return options.flag("verbose") ? Verbosity::debug : Verbosity::info;
}

// Names that aliases must not have. Aliases may use names of commands that Kamal does not have.
std::vector<std::string> builtin_command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : command_table().commands) {
    if (!command.no_prefix_match && !command.inherited) names.push_back(command.name);
  }
  return names;
}

std::optional<Destination> destination_of(const Options& options) {
  const std::vector<std::string> names = options.list("destination");
  if (names.empty()) return std::nullopt;
  if (names.back().empty()) {
    throw UsageError("-d requires a destination name");
  }
  return Destination(names.back());
}

config::LoadOptions load_options(const Options& options, const Effects& effects, Output& output) {
  config::LoadOptions load;
  load.config_file = options.text("config_file").value_or(default_config_file);
  load.destination = destination_of(options);
  load.print = effects.err;
  load.wait = waits_on_stderr(effects, output);
  load.arguments = effects.arguments;
  load.builtin_commands = builtin_command_names();
  return load;
}

// For templates, hooks and vault CLIs.
void export_verbosity(const Options& options, EnvironmentMap& environment) {
  if (options.flag("verbose")) environment["VERBOSE"] = "1";
}

// Nothing if the command ran without it.
std::optional<config::Configuration> load_or_fall_back(const Invocation& invocation, const Effects& effects,
                                                       EnvironmentMap& environment, Output& output) {
  try {
    return config::load_configuration(load_options(invocation.options, effects, output), environment,
                                      effects.processes);
  } catch (const ConfigurationError& error) {
    if (!invocation.command->without_configuration) throw;
    invocation.command->without_configuration(invocation, RunEffects(effects, environment).get(), output,
                                              error);
    return std::nullopt;
  }
}

void run_configured(const Invocation& invocation, ConfiguredFunction command, const Effects& effects,
                    EnvironmentMap environment, Output& output, ReportFile* report) {
  progress_type(effects.environment, invocation.options);  // throws if it is misspelled
  std::optional<config::Configuration> loaded = load_or_fall_back(invocation, effects, environment, output);
  if (!loaded) return;
  config::Configuration& config = *loaded;
  for (const Problem& warning : config.warnings) effects.err("WARNING: " + warning.text() + "\n");
  const RunEffects run(effects, environment);
  Context context(run.get(), invocation, std::move(config), output, [](Context& connecting) {
    run_hook(connecting, "pre-connect", {.secrets = HookSecrets::pass});
  });
  if (report) report->follow(context);
  for (const std::string& warning : context.selection().warnings())
    effects.err("WARNING: " + printable(warning) + "\n");
  const std::unique_ptr<LiveProgress> progress = LiveProgress::of(context);
  const auto finish = [&] {
    context.timeline.end();
    if (report) report->add_versions(context.version_changes);
    context.close_run_log();
  };
  try {
    command(context);
    // On standard error: standard output may be a result, such as JSON.
    if (context.is_dry_run() && !context.options.flag("quiet")) effects.err("Dry run: nothing was changed\n");
  } catch (...) {
    finish();
    throw;
  }
  finish();
}

void refuse_option(const Invocation& invocation, const char* option) {
  const std::optional<std::string> value = invocation.options.text(option);
  if (!value || value == "false") return;
  throw UsageError(fmt::format("kamal {} does not support --{}", invocation.command_name(), dashed(option)));
}

void run_invocation(const Invocation& invocation, const Effects& effects, EnvironmentMap environment,
                    Output& output) {
  output.set_verbosity(verbosity_of(invocation.options));
  if (invocation.help) return print_help(invocation, effects);
  export_verbosity(invocation.options, environment);
  if (const auto* standalone = std::get_if<StandaloneFunction>(&invocation.command->run)) {
    refuse_option(invocation, "dry_run");
    refuse_option(invocation, "report");
    return (*standalone)(invocation, RunEffects(effects, environment).get());
  }
  const std::unique_ptr<ReportFile> report = open_report(invocation, effects, output);
  try {
    run_configured(invocation, std::get<ConfiguredFunction>(invocation.command->run), effects,
                   std::move(environment), output, report.get());
  } catch (...) {
    if (report) report->write(std::current_exception());
    annotate_failure(ci_service(effects.environment, invocation.options), effects, std::current_exception());
    throw;
  }
  if (report) report->write(nullptr);
}

// The alias at the start of a line. Project aliases override commands that Kamal does not have, but not the
// completion request of a shell, which must never run anything.
std::optional<std::string> alias_of(const CommandLine& line, const Effects& effects, Output& output) {
  if (line.unknown_command) return line.unknown_command;
  if (!line.command || !line.command->no_prefix_match || line.options.flag("words")) return std::nullopt;
  const config::LoadOptions load = load_options(line.options, effects, output);
  CompletionProject project(load.config_file, load.destination, effects.environment);
  return project.alias(line.command->name) ? std::optional(line.command->name) : std::nullopt;
}

// The configuration that may define the alias. If it can't be read, the error is about the command, which is
// probably misspelled.
Value load_aliases(const CommandLine& line, const Effects& effects, EnvironmentMap& environment,
                   Output& output) {
  const config::LoadOptions load = load_options(line.options, effects, output);
  try {
    return config::load_raw_configuration(load, environment, effects.processes);
  } catch (const ConfigurationError& error) {
    if (!line.unknown_command) throw;
    const std::string text = unknown_command_text(*line.unknown_command, nullptr);
    const bool explained = resembles_command(*line.unknown_command) && !exists(load.config_file);
    throw UsageError(explained ? text : fmt::format("{}\nNo aliases: {}", text, error.what()));
  }
}

void run_line(const std::vector<std::string>& args, const Effects& effects, Output& output) {
  CommandLine line = read_command_line(args);
  EnvironmentMap environment = effects.environment;
  std::vector<std::string> aliases_seen;
  while (const std::optional<std::string> alias = alias_of(line, effects, output)) {
    if (line.error) throw UsageError(*line.error);
    export_verbosity(line.options, environment);
    const Value raw = load_aliases(line, effects, environment, output);
    line = read_command_line(expand_alias(*alias, line.alias_args, raw, aliases_seen));
  }
  run_invocation(line.invocation(), effects, std::move(environment), output);
}

// Returns the exit status; reports everything but ExitStatus.
int report_failure(const std::exception_ptr& failure, const Effects& effects) {
  try {
    std::rethrow_exception(failure);
  } catch (const FailedRun& run) {
    const int status = report_failure(run.cause, effects);
    effects.err(printable(run.closing_block));
    return status;
  } catch (const ExitStatus& exit) {
    return exit.status;
  } catch (const Interrupted& interrupted) {
    effects.err("Interrupted\n");
    return 128 + interrupted.signal;
  } catch (const std::exception& error) {
    effects.err(error_text(error, colored(effects) ? sshkit::Color::always : sshkit::Color::never));
    // A local program gets Ctrl-C as well, and its failure may be seen before the signal is.
    const int signal = effects.interruption.signal();
    return signal != 0 ? 128 + signal : failure_status;
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Effects& effects) {
  Output output(effects.out, colored(effects) ? sshkit::Color::always : sshkit::Color::never, Verbosity::info,
                effects.wait_speed);
  try {
    Effects own = effects;
    own.arguments = arguments;
    run_line(arguments, own, output);
    return 0;
  } catch (...) {
    return report_failure(std::current_exception(), effects);
  }
}

}  // namespace kamal::cli
