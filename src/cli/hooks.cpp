#include "cli/hooks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/failures.h"
#include "cli/selection.h"
#include "kamal/commands/hook.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

commands::Tags details_of(const Context& context, const HookCall& call) {
  commands::Tags details = {{"hosts", call.hosts.value_or(joined(context.selection().hosts(), ","))}};
  if (const auto& roles = context.selection().specific_roles())
    details.emplace_back("roles", joined(*roles, ","));
  details.emplace_back("lock", context.lock.held() ? "true" : "false");
  details.emplace_back("command", context.invocation.command_name());
  if (const auto subcommand = context.invocation.subcommand_name())
    details.emplace_back("subcommand", *subcommand);
  if (call.runtime) details.emplace_back("runtime", *call.runtime);
  return details;
}

// -v and -q override hooks_output.
sshkit::Verbosity verbosity_of(const Context& context, const std::string& hook) {
  const sshkit::Verbosity asked = context.output.verbosity();
  if (asked != sshkit::Verbosity::info) return asked;
  switch (context.config.hook_output(hook)) {
    case config::HookOutput::verbose:
      return sshkit::Verbosity::debug;
    case config::HookOutput::quiet:
      return sshkit::Verbosity::error;
    case config::HookOutput::unset:
      break;
  }
  return asked;
}

bool is_executable(const std::string& file) { return access(file.c_str(), X_OK) == 0; }

bool is_on_path(const std::string& program, const EnvironmentMap& environment) {
  if (program.find('/') != std::string::npos) return is_executable(program);
  const std::vector<std::string> directories = split(get(environment, "PATH").value_or("/usr/bin:/bin"), ':');
  return std::any_of(directories.begin(), directories.end(),
                     [&](const std::string& directory) { return is_executable(directory + "/" + program); });
}

// The interpreter of a script: ruby for #!/usr/bin/env ruby. Nothing without a #! line, or with options of
// env.
std::optional<std::string> interpreter_in(const std::string& first_line) {
  if (!first_line.starts_with("#!")) return std::nullopt;
  std::istringstream words(first_line.substr(2));
  std::string program, argument;
  words >> program >> argument;
  if (!program.ends_with("/env")) return program;
  const bool is_program = !argument.empty() && argument[0] != '-' && argument.find('=') == std::string::npos;
  return is_program ? std::optional(argument) : std::nullopt;
}

std::optional<HookObstacle> obstacle(const std::string& name, const std::string& file,
                                     const EnvironmentMap& environment) {
  if (std::filesystem::is_directory(file)) return HookObstacle{name, fmt::format("{} is a directory", file)};
  if (!is_executable(file))
    return HookObstacle{name, "It is not executable", fmt::format("chmod +x {}", file)};
  std::string first_line;
  std::ifstream text(file);
  std::getline(text, first_line);
  const std::optional<std::string> interpreter = interpreter_in(first_line);
  if (!interpreter) return std::nullopt;
  if (first_line.ends_with('\r'))
    return HookObstacle{name, "It has Windows line endings (CRLF)",
                        fmt::format("sed -i 's/\\r$//' {}", file)};
  if (!is_on_path(*interpreter, environment))
    return HookObstacle{
        name, fmt::format("{} not found; install it, or correct the first line of {}", *interpreter, file)};
  return std::nullopt;
}

}  // namespace

std::vector<std::string> existing_hooks(const Context& context, const std::vector<std::string>& names) {
  std::vector<std::string> existing;
  if (context.options.flag("skip_hooks")) return existing;
  for (const std::string& name : names) {
    if (std::filesystem::exists(commands::Hook(context.config).file(name))) existing.push_back(name);
  }
  return existing;
}

const std::vector<std::string>& hook_names() {
  static const std::vector<std::string> names = {"docker-setup", "pre-connect",      "pre-build",
                                                 "pre-deploy",   "pre-app-boot",     "post-app-boot",
                                                 "post-deploy",  "pre-proxy-reboot", "post-proxy-reboot"};
  return names;
}

std::vector<std::string> hooks_of_deploy(WithBuild build) {
  std::vector<std::string> hooks = {"pre-connect"};
  if (build == WithBuild::yes) hooks.emplace_back("pre-build");
  hooks.insert(hooks.end(), {"pre-deploy", "pre-app-boot", "post-app-boot", "post-deploy"});
  return hooks;
}

std::vector<HookObstacle> find_hook_obstacles(const config::Configuration& config,
                                              const EnvironmentMap& environment,
                                              const std::vector<std::string>& names) {
  std::vector<HookObstacle> obstacles;
  for (const std::string& name : names) {
    const std::string file = commands::Hook(config).file(name);
    if (!std::filesystem::exists(file)) continue;
    if (auto found = obstacle(name, file, environment)) obstacles.push_back(std::move(*found));
  }
  return obstacles;
}

void check_hooks(const Context& context, const std::vector<std::string>& names) {
  std::vector<std::string> problems;
  for (const HookObstacle& found :
       find_hook_obstacles(context.config, context.effects.environment, existing_hooks(context, names)))
    problems.push_back(fmt::format("Hook `{}` cannot run:\n{}{}", found.hook, found.reason,
                                   found.fix.empty() ? "" : "; run: " + found.fix));
  if (!problems.empty()) throw Error(ErrorKind::hook, join(problems, "\n"));
}

void run_hook(Context& context, const std::string& hook, const HookCall& call) {
  const commands::Hook hooks(context.config);
  if (existing_hooks(context, {hook}).empty()) return;
  check_hooks(context, {hook});
  if (context.is_dry_run() && hook != "pre-connect") {
    context.output.log(sshkit::Severity::info, fmt::format("Would run the {} hook", hook));
    return;
  }
  const Secrets* const secrets = call.secrets == HookSecrets::pass ? &context.secrets() : nullptr;
  sshkit::Local::Options options;
  options.in_dry_run = true;  // it may be needed to reach the servers
  options.env = hooks.env(context.tag_facts(call.version ? *call.version : context.version()),
                          details_of(context, call), secrets);
  const sshkit::VerbosityScope scope(context.output, verbosity_of(context, hook));
  try {
    context.local.execute(hooks.run(hook), options);
  } catch (const sshkit::CommandFailed& failure) {
    throw Error(ErrorKind::hook, fmt::format("Hook `{}` failed:\n{}", hook, failure.what()));
  }
}

}  // namespace kamal::cli
