#include "cli/build/push.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "cli/build/clone.h"
#include "cli/build/location.h"
#include "cli/build/pull.h"
#include "cli/build/registry_forwarding.h"
#include "cli/errors.h"
#include "cli/hooks.h"
#include "cli/registry/registry.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/registry.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Output;

// Docker's words for a builder that has to be created first.
bool is_missing_builder(const sshkit::StepResult& result) {
  const std::string said = result.out + result.err;
  for (const char* words : {"context not found", "no builder", "no compatible builder", "does not exist"}) {
    if (said.find(words) != std::string::npos) return true;
  }
  return false;
}

sshkit::Local::Options ignoring_failure() {
  sshkit::Local::Options options;
  options.on_failure = sshkit::OnFailure::ignore;
  return options;
}

void prepare_registry(Context& context, const commands::Builder& builder) {
  const commands::Registry registry(context.config);
  if (registry.local()) {
    context.local.execute(registry.setup());
  } else if (builder.login_to_registry_locally()) {
    const Command login = registry.login(context.secrets());
    if (!login.empty()) context.local.execute(login);
  }
}

void warn_of_uncommitted_changes(Context& context, const commands::Builder& builder) {
  if (!context.git.used()) return;
  const std::string changes = context.git.uncommitted_changes();
  if (changes.empty()) return;
  const std::string what = builder.git_clone()
                               ? "Building from a local git clone, so ignoring these uncommitted changes"
                               : "Building with uncommitted changes";
  context.console.say(fmt::format("{}:\n {}", what, changes), Output::Tone::warning);
}

void check_dockerfile(const Context& context, const commands::Builder& builder) {
  if (!builder.needs_dockerfile()) return;
  const std::string& dockerfile = context.config.builder.dockerfile;
  if (!std::filesystem::exists(expand_home(dockerfile, context.effects.environment))) {
    throw Error(ErrorKind::build, fmt::format("No {} in {}. Add one or set builder/dockerfile", dockerfile,
                                              std::filesystem::current_path().string()));
  }
}

// Our own connection takes and stores the key of a new server; docker's ssh would stop and ask.
void reach_remote_builder(Context& context) {
  const std::optional<Host> host = remote_builder_host(context.config);
  if (!host) return;
  context.servers.on({*host}, [](sshkit::Remote& remote) { remote.run({sshkit::Step::run({"true"})}); });
}

void create(Context& context, const commands::Builder& builder) {
  const Command command = builder.create();
  if (command.empty()) return;
  reach_remote_builder(context);
  context.local.execute(command);
}

void remove(Context& context, const commands::Builder& builder, const sshkit::Local::Options& options) {
  const Command command = builder.remove();
  if (!command.empty()) context.local.execute(command, options);
}

// Docker's own look at the builder decides whether there is a usable one.
void ensure_builder(Context& context, const commands::Builder& builder) {
  const Command inspect = builder.inspect_builder();
  if (inspect.empty()) return;
  const sshkit::StepResult result = context.local.execute(inspect, ignoring_failure());
  if (result.ok()) return;
  if (!is_missing_builder(result)) {
    throw sshkit::CommandFailed(inspect.display(), result.status, result.out, result.err);
  }
  context.output.log(sshkit::Severity::warn, "Missing compatible builder, so creating a new one first");
  remove(context, builder, ignoring_failure());
  create(context, builder);
}

commands::PushOptions push_options(const Context& context, const std::string& default_output,
                                   commands::Tagging tagging) {
  const bool no_cache = context.options.flag("no_cache");
  return {context.options.text("output").value_or(default_output), tagging,
          no_cache ? commands::BuildCaching::skip : commands::BuildCaching::use};
}

// A build is long and quiet otherwise: its output is shown whatever the verbosity.
void build(Context& context, const Command& command, const std::string& directory) {
  sshkit::Local::Options options;
  if (directory != ".") options.directory = directory;
  const sshkit::VerbosityScope scope(context.output, sshkit::Verbosity::debug);
  context.local.execute(command, options);
}

std::vector<std::string> common_files(std::vector<std::string> one, std::vector<std::string> other) {
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  std::vector<std::string> common;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(common));
  return common;
}

void warn_of_files(Context& context, const char* what, const std::vector<std::string>& files) {
  if (files.empty()) return;
  context.console.say(fmt::format("WARNING: {} will be present in the dev container:", what),
                      Output::Tone::warning);
  for (const std::string& file : files) context.console.say("  " + file, Output::Tone::warning);
  context.console.say("", Output::Tone::plain);
}

std::vector<std::string> files_in_build_context(Context& context) {
  const std::string dockerfile =
      (temp_directory(context.effects.environment) / ("kamal-check-" + context.effects.random.hex(8)))
          .string();
  write_file(dockerfile, commands::context_check_dockerfile(), 0600);
  try {
    context.local.execute(commands::build_context_check(dockerfile));
  } catch (...) {
    std::filesystem::remove(dockerfile);
    throw;
  }
  std::filesystem::remove(dockerfile);
  // Only warnings hang on it, so a machine that can't run the image builds all the same.
  return lines_of(context.local.execute(commands::list_context_check(), ignoring_failure()).out);
}

// For commands about the builder, whatever it builds: they work where there is no version.
commands::Builder builder_itself(Context& context) {
  return {context.config, Version(), build_location(context)};
}

void build_push(Context& context) {
  // A remote builder may push with another machine's login.
  if (!context.config.builder.remote) check_registry_credentials(context, context.selection().hosts());
  context.servers.pre_connect();
  ensure_docker_installed(context);
  const commands::Builder builder(context.config, context.version(), build_location(context));
  prepare_registry(context, builder);
  run_hook(context, "pre-build");
  warn_of_uncommitted_changes(context, builder);
  if (builder.git_clone()) prepare_clone(context, builder);
  const commands::PushOptions options = push_options(context, "registry", commands::Tagging::clean);
  const Command push =
      builder.push(options, context.secrets());  // wants its secrets before anything is changed
  const RegistryForwarding forwarding = forward_registry_to_builder(context, builder);
  ensure_builder(context, builder);
  check_dockerfile(context, builder);  // this late, as the hook may have written it
  build(context, push, builder.build_directory());
}

void build_create(Context& context) {
  const commands::Builder builder = builder_itself(context);
  context.output.log(sshkit::Severity::debug, "Using builder: " + builder.name());
  create(context, builder);
}

void build_remove(Context& context) {
  const commands::Builder builder = builder_itself(context);
  context.output.log(sshkit::Severity::debug, "Using builder: " + builder.name());
  remove(context, builder, {});
}

void build_details(Context& context) {
  const commands::Builder builder = builder_itself(context);
  context.output.result("Builder: " + builder.name());
  context.output.result(context.local.capture(builder.info()));
}

void build_dev(Context& context) {
  ensure_docker_installed(context);
  const commands::Builder builder(context.config, context.version(), build_location(context));
  const std::vector<std::string> files = files_in_build_context(context);
  if (context.git.used()) {
    warn_of_files(context, "Files with uncommitted changes",
                  common_files(files, context.git.uncommitted_files()));
    warn_of_files(context, "Untracked files", common_files(files, context.git.untracked_files()));
  }
  check_dockerfile(context, builder);
  const commands::PushOptions options = push_options(context, "docker", commands::Tagging::dirty);
  build(context, builder.push(options, context.secrets()), ".");
}

OptionSpec output_option(const std::string& default_value) {
  return {.name = "output",
          .kind = OptionSpec::Kind::text,
          .help = "buildx output type",
          .default_value = default_value,
          .placeholder = "TYPE",
          .choices = {"registry", "docker", "image"}};
}

}  // namespace

OptionSpec no_cache_option() { return {.name = "no_cache", .help = "Rebuild every layer"}; }

void build_deliver(Context& context) {
  check_registry_credentials(context, context.selection().app_hosts());
  context.servers.connect(context.selection().app_hosts());  // while the image is built
  build_push(context);
  pull_image(context, Pushed::yes);
}

std::vector<CommandSpec> build_push_commands() {
  return {
      {.name = "create", .summary = "Create the builder", .run = build_create},
      {.name = "deliver",
       .summary = "Build and push the image, then pull it on the servers",
       .options = {output_option("registry"), no_cache_option()},
       .run = build_deliver},
      {.name = "details", .summary = "Show the builder", .run = build_details},
      {.name = "dev",
       .summary = "Build a dirty-tagged image locally from the working tree",
       .options = {output_option("docker"), no_cache_option()},
       .run = build_dev},
      {.name = "push",
       .summary = "Build the image and push it to the registry",
       .options = {output_option("registry"), no_cache_option()},
       .examples = {"kamal build push", "kamal build push --no-cache"},
       .run = build_push},
      {.name = "remove", .summary = "Remove the builder", .run = build_remove},
  };
}

}  // namespace kamal::cli
