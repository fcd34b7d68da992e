#include "cli/build/builder.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "cli/failures.h"
#include "kamal/commands/docker.h"
#include "kamal/support/encoding.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;

std::string docker_architecture(Context& context) {
  sshkit::Local::Options options;
  options.on_failure = sshkit::OnFailure::ignore;
  options.level = sshkit::LogLevel::debug;
  const std::string name = context.local.execute(commands::local_architecture(), options).text();
  if (name.find("aarch64") != std::string::npos) return "arm64";
  if (name.find("x86_64") != std::string::npos) return "amd64";
  return name;
}

// Our own connection accepts and saves the key of a new server; docker's ssh would prompt.
void reach_remote_builder(Context& context) {
  const std::optional<Host> host = remote_builder_host(context.config);
  if (!host) return;
  context.servers.on({*host},
                     [](sshkit::Remote& remote) { remote.run({sshkit::Step::run(question({"true"}))}); });
}

void create(Context& context, const commands::Builder& builder) {
  const Command command = builder.create();
  if (command.empty()) return;
  reach_remote_builder(context);
  context.local.execute(command);
}

// The builder itself, independent of what it builds: works without a version.
commands::Builder builder_of(Context& context) {
  return {context.config, Version(), build_location(context)};
}

void build_create(Context& context) {
  const commands::Builder builder = builder_of(context);
  context.output.log(Severity::debug, "Using builder: " + builder.name());
  create(context, builder);
}

void build_remove(Context& context) {
  const commands::Builder builder = builder_of(context);
  context.output.log(Severity::debug, "Using builder: " + builder.name());
  if (const Command remove = builder.remove(); !remove.empty()) context.local.execute(remove);
}

void build_details(Context& context) {
  const commands::Builder builder = builder_of(context);
  context.output.result("Builder: " + builder.name());
  context.output.result(context.local.capture(builder.info()));
}

void clone(Context& context, const commands::Builder& builder) {
  context.output.log(Severity::info,
                     fmt::format("Cloning repo into build directory `{}`...", builder.build_directory()));
  std::filesystem::create_directories(builder.clone_directory());
  context.local.execute(builder.clone());
}

void reset(Context& context, const commands::Builder& builder) {
  context.output.log(Severity::info, fmt::format("Resetting local clone as `{}` already exists...",
                                                 builder.build_directory()));
  for (const Command& command : builder.clone_reset_steps()) context.local.execute(command);
}

void show_clone(Context& context, const commands::Builder& builder) {
  const bool exists = std::filesystem::exists(builder.build_directory());
  const std::vector<Command> commands = exists ? builder.clone_reset_steps() : std::vector{builder.clone()};
  for (const Command& command : commands) context.local.execute(command);
}

void validate(Context& context, const commands::Builder& builder) {
  const std::string status = context.local.capture(builder.clone_status());
  if (!status.empty())
    throw Error(ErrorKind::build, fmt::format("Clone in {} is dirty, {}", builder.build_directory(), status));
  const std::string revision = context.local.capture(builder.clone_revision());
  if (revision != context.git.revision()) {
    throw Error(ErrorKind::build,
                fmt::format("Clone in {} is not on the correct revision, expected `{}` but got `{}`",
                            builder.build_directory(), context.git.revision(), revision));
  }
}

}  // namespace

bool is_missing_builder(const sshkit::StepResult& result) {
  const std::string said = result.out + result.err;
  for (const char* words : {"context not found", "no builder", "no compatible builder", "does not exist"}) {
    if (said.find(words) != std::string::npos) return true;
  }
  return false;
}

sshkit::StepResult try_locally(Context& context, const Command& command) {
  sshkit::Local::Options options;
  options.on_failure = sshkit::OnFailure::ignore;
  return context.local.execute(command, options);
}

commands::BuildLocation build_location(Context& context) {
  commands::BuildLocation place;
  if (context.config.builder.remote) place.machine = docker_architecture(context);
  place.git_used = context.git.used();
  if (place.git_used) {
    place.git_root = context.git.root();
    place.revision = context.git.revision();
  }
  place.working_directory = std::filesystem::current_path().string();
  place.working_directory_hash = sha256_hex(place.working_directory);
  place.temp_directory = temp_directory(context.effects.environment).string();
  return place;
}

void ensure_docker_installed(Context& context) {
  const auto check = [&](const Command& command, const char* missing) {
    if (!try_locally(context, command).ok()) throw Error(ErrorKind::dependency, missing);
  };
  check(commands::local_docker_installed(), "Docker is not installed on this machine (required for builds)");
  check(commands::local_buildx_installed(),
        "Docker's buildx plugin is not installed on this machine (required for builds)");
}

std::optional<Host> remote_builder_host(const config::Configuration& config) {
  constexpr std::string_view scheme = "ssh://";
  if (!config.builder.remote || !config.builder.remote->starts_with(scheme)) return std::nullopt;
  const std::string location = config.builder.remote->substr(scheme.size());
  return Host(location.substr(0, location.find('/')));
}

void ensure_builder(Context& context, const commands::Builder& builder) {
  const Command inspect = builder.inspect_builder();
  if (inspect.empty()) return;
  const sshkit::StepResult result = try_locally(context, inspect);
  if (result.ok()) return;
  if (!is_missing_builder(result)) {
    throw sshkit::CommandFailed(inspect.display(), result, context.output);
  }
  context.output.log(Severity::warn, "Missing compatible builder, so creating a new one first");
  if (const Command remove = builder.remove(); !remove.empty()) try_locally(context, remove);
  create(context, builder);
}

void prepare_clone(Context& context, const commands::Builder& builder) {
  if (context.is_dry_run()) return show_clone(context, builder);
  try {
    if (std::filesystem::exists(builder.build_directory())) {
      reset(context, builder);
    } else {
      clone(context, builder);
    }
    validate(context, builder);
    return;
  } catch (const std::runtime_error& error) {
    context.effects.interruption.check();
    context.output.log(Severity::error,
                       fmt::format("Error preparing clone: {}, deleting and retrying...", error.what()));
  }
  std::filesystem::remove_all(builder.clone_directory());
  try {
    clone(context, builder);
    validate(context, builder);
  } catch (const sshkit::CommandFailed& failure) {
    throw Error(ErrorKind::build, fmt::format("Failed to clone repo: {}", failure.what()));
  }
}

std::vector<CommandSpec> build_builder_commands() {
  return {
      {.name = "create", .summary = "Create the builder", .run = build_create},
      {.name = "details", .summary = "Show the builder", .run = build_details},
      {.name = "remove", .summary = "Remove the builder", .run = build_remove},
  };
}

}  // namespace kamal::cli
