#include "cli/doctor/diagnosis.h"
#include "cli/doctor/local_checks.h"
#include "cli/doctor/server_checks.h"
#include "cli/exec.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

bool wants_json(const Options& options) { return options.text("format") == "json"; }

void report(const Diagnosis& diagnosis, const Options& options, sshkit::Output& output) {
  output.raw(wants_json(options) ? doctor_json(diagnosis) : doctor_text(diagnosis, output.color()));
  if (diagnosis.count(CheckState::problem) > 0) throw ExitStatus{1};
}

Checks check_everything(Context& context) {
  Checks checks = {ok("configuration", context.config.title())};
  const LocalTools tools = check_tools(context.local, context.git, context.output);
  add_all(checks, tools.checks);
  add_all(checks, check_builder(context, tools.docker_architecture));
  add_all(checks, check_files(context.config, context.effects.environment));
  add_all(checks, check_proxies(context.config));
  add_all(checks, check_secrets(context));
  add_all(checks, check_certificates(context));
  add_all(checks, tools.docker_architecture
                      ? check_registry_logins(context)
                      : Checks{unknown("registry-login", "docker does not answer on this machine")});
  add_all(checks, check_dns(context));
  add_all(checks, check_servers(context));
  return checks;
}

void run_doctor(Context& context) {
  std::optional<sshkit::VerbosityScope> result_only;
  if (wants_json(context.options)) result_only.emplace(context.output, sshkit::Verbosity::error);
  Diagnosis diagnosis{.service = context.config.service, .hosts = context.selection().hosts()};
  if (context.config.destination) diagnosis.destination = context.config.destination->str();
  diagnosis.checks = check_everything(context);
  diagnosis.checked_at = context.effects.clock.now();
  report(diagnosis, context.options, context.output);
}

Checks problems_of_configuration(const ConfigurationError& error, const Options& options) {
  const std::string next = kamal_command(options, "config");
  if (error.problems().empty()) return {problem("configuration", printable(first_line(error.what())), next)};
  return mapped(error.problems(), [&](const Problem& one) {
    return problem("configuration", printable(first_line(one.text())), next);
  });
}

// What can be checked all the same.
void run_without_configuration(const Invocation& invocation, const Effects& effects, sshkit::Output& output,
                               const ConfigurationError& error) {
  std::optional<sshkit::VerbosityScope> result_only;
  if (wants_json(invocation.options)) result_only.emplace(output, sshkit::Verbosity::error);
  sshkit::Local local(effects.processes, output, effects.random);
  Git git(effects.processes);
  Diagnosis diagnosis{.checks = problems_of_configuration(error, invocation.options)};
  add_all(diagnosis.checks, check_tools(local, git, output).checks);
  add_all(diagnosis.checks, check_files(config::Configuration(), effects.environment));
  for (const char* name : {"builder", "secrets", "registry-login", "servers"})
    diagnosis.checks.push_back(unknown(name, "the configuration can't be loaded"));
  diagnosis.checked_at = effects.clock.now();
  report(diagnosis, invocation.options, output);
}

}  // namespace

std::vector<CommandSpec> doctor_commands() {
  return {
      {.name = "doctor",
       .summary = "Check everything that a deploy depends on",
       .options = {choice_option("--format FORMAT", "Output format", {"text", "json"}, "text")},
       .details = paragraphs(R"(
Checks this machine (git, docker, builder, secrets, registry login, hooks, Dockerfile, DNS, certificates) and each
server (login, docker, processor, disk, memory, clock, ports, kamal-proxy, registry, deploy lock, crashing containers,
logs without a limit). Each check is `ok`, a `warning`, a `problem`, or `unknown` if it could not be made, with the
reason. Ends with the commands to type next.

If the configuration can't be loaded, checks what does not depend on it. Runs the pre-connect hook and changes nothing
on the servers. Exit status 1 if there is a problem, 0 otherwise.

--format json prints every check of every host, as described in docs/doctor.schema.json.)"),
       .examples = {"kamal doctor", "kamal doctor -d staging -h 192.0.2.7", "kamal doctor --format json"},
       .run = run_doctor,
       .without_configuration = run_without_configuration,
       .no_prefix_match = true},
  };
}

}  // namespace kamal::cli
