#include "cli/build/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>

#include "cli/app/versions.h"
#include "cli/build/builder.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/lock/deploy_lock.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/commands/docker.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Output;

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
  context.say(fmt::format("{}:\n {}", what, changes), Output::Tone::warning);
}

void check_dockerfile(const Context& context, const commands::Builder& builder) {
  if (!builder.needs_dockerfile()) return;
  const std::string& dockerfile = context.config.builder.dockerfile;
  if (!std::filesystem::exists(expand_home(dockerfile, context.effects.environment))) {
    throw Error(ErrorKind::build, fmt::format("No {} in {}. Add one or set builder/dockerfile", dockerfile,
                                              std::filesystem::current_path().string()));
  }
}

commands::PushOptions push_options(const Context& context, const std::string& default_output,
                                   commands::Tagging tagging) {
  const bool no_cache = context.options.flag("no_cache");
  return {context.options.text("output").value_or(default_output), tagging,
          no_cache ? commands::BuildCaching::skip : commands::BuildCaching::use};
}

// buildx builds and pushes in one command: "#12 pushing layers", "#13 pushing acme/shop:latest with docker".
bool pushes(std::string_view line) {
  const size_t blank = line.find(' ');
  return line.starts_with('#') && blank != std::string_view::npos &&
         line.substr(blank).starts_with(" pushing ");
}

// Builds take long, so their output is shown at any verbosity.
void build(Context& context, const Command& command, const std::string& directory) {
  sshkit::Local::Options options;
  options.on_output = [&](std::string_view line) {
    if (pushes(line)) context.timeline.begin("push");
  };
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
  context.say(fmt::format("WARNING: {} will be present in the dev container:", what), Output::Tone::warning);
  for (const std::string& file : files) context.say("  " + file, Output::Tone::warning);
  context.say("", Output::Tone::plain);
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
  // Only warnings depend on it, so a machine that can't run the image can still build.
  return lines_of(try_locally(context, commands::list_context_check()).out);
}

RegistryForwarding forward_registry_to_builder(Context& context, const commands::Builder& builder) {
  const bool remote =
      builder.kind() == commands::Builds::remote || builder.kind() == commands::Builds::hybrid;
  if (!remote) return {};
  const std::optional<Host> host = remote_builder_host(context.config);
  if (!host) return {};
  return forward_registry_to(context, {*host});
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
  OptionSpec option =
      choice_option("--output TYPE", "buildx output type", {"registry", "docker", "image"}, default_value);
  option.other_values = true;  // whatever buildx has
  return option;
}

// Docker's message on a server that has no mirror.
constexpr const char* no_mirror = "error calling index: reflect: slice index out of range";

// Logs in everywhere and queries mirrors in the same round trip. Returns one host per mirror.
std::vector<Host> log_in_and_find_mirrors(Context& context, const commands::Builder& builder) {
  const std::vector<Host> hosts = context.selection().app_hosts();
  const RegistryLogin login(context, hosts);
  const auto answers = context.servers.collect(hosts, [&](sshkit::Remote& remote) -> std::string {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    if (hosts.size() > 1) steps.push_back(sshkit::Step::run(builder.first_mirror()).ignore_failure());
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    if (hosts.size() < 2) return "";
    const sshkit::StepResult& answer = results.back();
    // A missing docker is reported by what needs it; in a dry run, it would have been installed by now.
    const bool has_none =
        answer.status == program_not_found || answer.err.find(no_mirror) != std::string::npos;
    if (!answer.ok() && !has_none) {
      throw sshkit::CommandFailed(builder.first_mirror().display(), answer, context.output);
    }
    return answer.ok() ? answer.text() : "";
  });
  std::map<std::string, Host> mirrors;
  for (const auto& [host, mirror] : answers) {
    if (!mirror.empty()) mirrors.emplace(mirror, host);
  }
  return mapped(mirrors, &std::pair<const std::string, Host>::second);
}

// The hint. With builder/context, uncommitted changes make a new version in every run.
std::string advice(Context& context) {
  const bool uncommitted = context.version().str().find("_uncommitted_") != std::string::npos;
  const std::string why = uncommitted && !context.explicit_version()
                              ? "uncommitted changes make a new version, which only a build pushes; "
                              : "";
  const char* const build = context.options.flag("skip_push") ? "run without -P to build and push it"
                                                              : "run `kamal build push` to push it";
  return fmt::format("{}pass --version VERSION to use another version, or {}", why, build);
}

void build_image(Context& context) {
  context.timeline.plan({"build", "push"});
  build_push(context, {});
}

void build_deliver(Context& context) {
  check_registry_credentials(context, context.selection().app_hosts());
  context.timeline.plan({"build", "push", "pull"});
  build_push(context, context.selection().app_hosts());
  context.timeline.begin("pull");
  ImagePull(context, Pushed::yes).run();
}

}  // namespace

void build_push(Context& context, const std::vector<Host>& destined_for) {
  // A remote builder may push with the login of another machine.
  if (!context.config.builder.remote) check_registry_credentials(context, context.selection().hosts());
  context.timeline.begin("build");
  context.servers.connect(destined_for);  // while the build is prepared
  ensure_docker_installed(context);
  const commands::Builder builder(context.config, context.version(), build_location(context));
  prepare_registry(context, builder);
  context.servers.check_logins(destined_for);
  run_hook(context, "pre-build");
  warn_of_uncommitted_changes(context, builder);
  context.servers.check_logins(destined_for);
  if (builder.git_clone()) prepare_clone(context, builder);
  const commands::PushOptions options = push_options(context, "registry", commands::Tagging::clean);
  const Command push =
      builder.push(options, context.secrets());  // reads its secrets before anything is changed
  const RegistryForwarding forwarding = forward_registry_to_builder(context, builder);
  ensure_builder(context, builder);
  check_dockerfile(context, builder);  // only now, since the hook may have written it
  if (!destined_for.empty()) {
    context.servers.wait_for_logins(destined_for);
    check_lock_before_build(context);
  }
  build(context, push, builder.build_directory());
}

// Versions on the hosts that could not pull the requested one, for the error message.
class ImagePull::Available {
 public:
  void add(const Context& context, sshkit::Remote& remote) {
    const sshkit::StepResult tags = remote.execute(commands::App(context.config, Version()).list_image_tags(),
                                                   sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    const std::lock_guard lock(mutex_);
    asked_ = true;
    for (const Version& version : ImageTags(tags.out).versions()) {
      if (!contains(versions_, version)) versions_.push_back(version);
    }
  }
  bool asked() const { return asked_; }
  const std::vector<Version>& versions() const { return versions_; }

 private:
  std::mutex mutex_;
  bool asked_ = false;
  std::vector<Version> versions_;
};

ImagePull::ImagePull(Context& context, Pushed pushed)
    : context_(context), pushed_(pushed), hosts_(context.selection().app_hosts()) {
  check_registry_credentials(context, hosts_);
  builder_.emplace(context.config, context.version(), build_location(context));
  seeds_ = log_in_and_find_mirrors(context, *builder_);
}

void ImagePull::run(const More& more) {
  const RegistryForwarding forwarding = forward_registry_to(context_, hosts_);
  if (!seeds_.empty()) {
    context_.say(fmt::format("Pulling image on {} to seed the mirror{}...", joined(seeds_, ", "),
                             seeds_.size() > 1 ? "s" : ""));
    pull_on(seeds_, more);
    context_.say("Pulling image on remaining hosts...");
  }
  std::vector<Host> others = hosts_;
  std::erase_if(others, [&](const Host& host) { return contains(seeds_, host); });
  pull_on(others, more);
}

void ImagePull::pull_on(const std::vector<Host>& hosts, const More& more) {
  Available available;
  try {
    context_.servers.on(hosts, [&](sshkit::Remote& remote) { pull_with_steps(remote, available, more); });
  } catch (const sshkit::ExecuteError& error) {
    // An image that was just pushed exists: the cause must be another one.
    if (pushed_ == Pushed::yes || !available.asked()) throw;
    const std::string there = joined(available.versions(), ", ");
    const std::string summary = fmt::format("could not pull version {} (available on the servers: {})",
                                            context_.version().str(), there.empty() ? "none" : there);
    throw Error(ErrorKind::build,
                fmt::format("{}\n{}: {}", error.what(), capitalized(summary), advice(context_)), summary);
  }
}

void ImagePull::pull_with_steps(sshkit::Remote& remote, Available& available, const More& more) {
  const std::string line = "Pulled image with version " + context_.version().str();
  sshkit::Steps steps = {context_.audit(line), sshkit::Step::run(builder_->clean()).ignore_failure(),
                         sshkit::Step::run(builder_->pull()), sshkit::Step::run(builder_->validate_image())};
  constexpr size_t pull = 2;
  if (more) more(steps, remote.host());
  size_t last = 0;
  try {
    remote.run(steps, [&](size_t index, const sshkit::StepResult&) { last = index; });
  } catch (const sshkit::CommandFailed&) {
    if (last == pull) available.add(context_, remote);
    throw;
  }
  context_.servers.mark_image(remote.host(), context_.config.absolute_image(context_.version()));
}

OptionSpec no_cache_option() { return {.name = "no_cache", .help = "Rebuild every layer"}; }

std::vector<CommandSpec> build_image_commands() {
  return {
      {.name = "deliver",
       .summary = "Build and push the image, then pull it on the servers",
       .options = {output_option("registry"), no_cache_option()},
       .run = build_deliver},
      {.name = "dev",
       .summary = "Build a dirty-tagged image locally from the working tree",
       .options = {output_option("docker"), no_cache_option()},
       .run = build_dev},
      {.name = "pull",
       .summary = "Pull the image on the servers",
       .examples = {"kamal build pull --version 5b3a1f0"},
       .run = [](Context& context) { ImagePull(context, Pushed::no).run(); }},
      {.name = "push",
       .summary = "Build the image and push it to the registry",
       .options = {output_option("registry"), no_cache_option()},
       .examples = {"kamal build push", "kamal build push --no-cache"},
       .run = build_image},
  };
}

}  // namespace kamal::cli
