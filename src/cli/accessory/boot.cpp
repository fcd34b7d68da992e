#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <map>
#include <system_error>

#include "cli/accessory/accessory.h"
#include "cli/accessory/recipe.h"
#include "cli/app/fleet.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/erb/template.h"
#include "kamal/support/files.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;
using Tone = sshkit::Output::Tone;

constexpr const char* never_started = "created";
constexpr std::chrono::milliseconds time_to_crash{1500};
constexpr const char* lines_of_crash = "20";

bool ended(const std::string& state) { return state == "restarting" || state == "exited" || state == "dead"; }

// In place: a container that has the file mounted would otherwise keep the old one.
Step upload(std::string content, std::string path, std::optional<mode_t> mode) {
  return Step::upload(std::move(content), std::move(path), mode, sshkit::UploadMode::in_place);
}

// Set by the upload as well as by chmod after it, so a secret is never readable in between.
std::optional<mode_t> octal_mode(const config::MountedPath& file) {
  if (!file.mode || file.mode->find_first_not_of("01234567") != std::string::npos) return std::nullopt;
  mode_t mode = 0;
  const auto [end, error] =
      std::from_chars(file.mode->data(), file.mode->data() + file.mode->size(), mode, 8);
  return error == std::errc() && mode <= 07777 ? std::optional(mode) : std::nullopt;
}

// The container's user must read every file in a directory; the directory's own mode keeps others out.
mode_t readable_mode(const std::filesystem::directory_entry& entry) {
  const bool executable =
      (entry.status().permissions() & std::filesystem::perms::owner_exec) != std::filesystem::perms::none;
  return executable ? 0755 : 0644;
}

// For messages about a secret that the accessory's env requires.
config::SecretKey key_of_secrets(const config::Accessory& accessory) {
  return [key = fmt::format("accessories/{}/env/secret", accessory.name)](const std::string&) { return key; };
}

// A template sees the accessory's own env, secrets included.
std::string rendered(Context& context, const config::Accessory& accessory, const std::string& path) {
  TemplateContext environment =
      template_context(context.effects.environment, context.effects.processes, context.effects.err);
  environment.arguments = context.effects.arguments;
  environment.wait = waits_on_stderr(context.effects, context.output);
  for (const auto& [name, value] : accessory.env.clear) environment.environment[name] = value;
  for (const auto& [name, value] :
       config::resolve_secrets(accessory.env, context.secrets(), key_of_secrets(accessory))) {
    environment.environment[name] = value;
  }
  return render_template(read_file(path), path, environment);
}

void add_directory(Steps& steps, const std::filesystem::path& local, const std::string& remote) {
  // Closed until its own mode is set at the end: it may be there to keep others out.
  steps.push_back(Step::run(combine({{"umask", "077"}, commands::make_directory(remote)})).debug());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(local)) {
    const std::string path = remote + "/" + entry.path().lexically_relative(local).string();
    if (entry.is_directory()) {
      steps.push_back(Step::run(commands::with_open_umask(commands::make_directory(path))).debug());
    } else {
      steps.push_back(upload(read_file(entry.path()), path, readable_mode(entry)));
    }
  }
}

// Puts one of an accessory's `files` on a host: directory, content (ERB is rendered for names that end in
// .erb), mode and owner. Throws ConfigurationError for a missing file.
Steps upload_steps(Context& context, const config::Accessory& accessory, const commands::Accessory& commands,
                   const config::MountedPath& file) {
  // Kamal checks the name as written.
  const bool is_template = file.local.ends_with("erb");
  const std::string local = is_template ? file.local : expand_home(file.local, context.effects.environment);
  if (!std::filesystem::exists(local)) {
    throw ConfigurationError(fmt::format("accessories/{}/files: no such file: {}", accessory.name, local));
  }
  const std::string remote = accessory.file_host_path(file);
  Steps steps = {Step::run(commands.make_directory_for(file))};
  if (std::filesystem::is_directory(local)) {
    add_directory(steps, local, remote);
  } else {
    steps.push_back(upload(is_template ? rendered(context, accessory, local) : read_file(local), remote,
                           octal_mode(file)));
  }
  for (Command& command : commands.own_file(file)) steps.push_back(Step::run(std::move(command)));
  return steps;
}

}  // namespace

std::string env_file_of(const Context& context, const config::Accessory& accessory) {
  return config::env_file_text(accessory.env, context.secrets(), key_of_secrets(accessory));
}

void AccessoryRecipe::prepare() {
  const RegistryLogin login(context_, commands::Registry(context_.config, accessory_), hosts_);
  context_.servers.on(hosts_, [&](sshkit::Remote& remote) {
    Steps steps;
    login.add_to(steps, remote.host());
    steps.push_back(Step::run(commands::create_network()).ignore_failure());
    check_network(remote, remote.run(steps).back());
  });
}

// Removes what `docker run` created but could not start (because of a port in use, for example).
std::map<Host, std::optional<std::string>> AccessoryRecipe::states_of_containers() {
  return context_.servers.collect(hosts_, [&](sshkit::Remote& remote) -> std::optional<std::string> {
    Steps queries = {Step::run(commands_.existing_container_ids()), Step::run(commands_.container_states())};
    if (container_removed_) {
      for (Step& query : queries) query.pretended = "";
    }
    const auto answers = remote.run(queries);
    if (answers[0].text().empty()) return std::nullopt;
    const std::string state = answers[1].text();
    if (state == never_started) {
      context_.say(fmt::format("`{}` was created on {} but never started; recreating it", accessory_.name,
                               remote.host().str()),
                   Tone::warning);
      remote.run({Step::run(commands_.remove_container())});
      return std::nullopt;
    }
    return state;
  });
}

std::vector<Host> AccessoryRecipe::hosts_to_boot() {
  std::vector<Host> booted;
  const std::map<Host, std::optional<std::string>> states = states_of_containers();
  for (const auto& [host, state] : states) {
    if (!state) continue;
    booted.push_back(host);
    if (ended(*state)) {
      context_.say(
          fmt::format("`{0}` is not running on {1} ({2}). Check `kamal accessory logs {0}`, then `kamal "
                      "accessory reboot {0}`",
                      accessory_.name, host.str(), *state),
          Tone::warning);
    }
  }
  if (booted.empty()) return hosts_;
  context_.say(fmt::format("Skipping booting `{}` on {}, a container already exists", accessory_.name,
                           joined(booted, ", ")),
               Tone::warning);
  std::vector<Host> left = hosts_;
  std::erase_if(left, [&](const Host& host) { return states.at(host).has_value(); });
  return left;
}

Version AccessoryRecipe::version_of_error_pages() const {
  return context_.config.error_pages_path ? context_.version() : Version();
}

std::optional<Certificate> AccessoryRecipe::certificate() const {
  if (!accessory_.running_proxy()) return std::nullopt;
  return read_certificate(context_, accessory_.proxy, "accessories/" + accessory_.name);
}

// Booting the app would upload them, but the host may have no version of it yet.
void AccessoryRecipe::add_files_for_proxy(Steps& steps) const {
  if (!accessory_.running_proxy()) return;
  const commands::App app(context_.config, version_of_error_pages());
  ErrorPages(context_.config).add_to(steps, app);
  add_certificate(steps, certificate(), commands_);
}

void AccessoryRecipe::add_registration(Steps& steps) const {
  if (!accessory_.running_proxy()) return;
  const commands::Accessory commands(context_.config, accessory_, version_of_error_pages());
  cli::add_registration(steps, commands);
  if (!context_.config.error_pages_path) return;
  const std::string pages_in_use =
      commands::App(context_.config, Version()).error_pages_of_accessory(accessory_);
  steps.push_back(Step::run(commands::make_directory_for(pages_in_use)).debug());
  steps.push_back(upload_for_proxy(version_of_error_pages().str(), pages_in_use));
}

Steps AccessoryRecipe::boot_steps(const Host& host) {
  Steps steps = {
      context_.audit(fmt::format("Booted {} accessory", accessory_.name)),
      Step::run(commands_.ensure_env_directory()),
      Step::upload(env_file_of(context_, accessory_), context_.config.accessory_env_path(accessory_), 0600),
  };
  add_files_for_proxy(steps);
  steps.push_back(Step::run(commands_.run(host)));
  add_registration(steps);
  return steps;
}

void AccessoryRecipe::boot(Prepare prepared) {
  with_lock(context_, [&] {
    if (prepared == Prepare::yes) prepare();
    const std::vector<Host> hosts = hosts_to_boot();
    directories();
    upload();
    const RegistryForwarding forwarding = forward_registry_for_missing(context_, hosts, accessory_.image);
    context_.servers.on(hosts, [&](sshkit::Remote& remote) {
      remote.run(boot_steps(remote.host()));
      check_alive(remote);
    });
  });
}

// A broken container usually crashes at once, again and again.
void AccessoryRecipe::check_alive(sshkit::Remote& remote) const {
  context_.pause(time_to_crash);
  commands::LogOptions logs;
  logs.lines = lines_of_crash;
  const std::vector<sshkit::StepResult> answers =
      remote.run({Step::run(commands_.describe_container()).ignore_failure().debug(),
                  Step::run(container_logs(accessory_.service_name, logs, commands::Following::no))
                      .ignore_failure()
                      .debug()});
  for (const AppContainer& container : parse_states(answers[0].out, "")) {
    const bool ended_well = container.status == "exited" && container.exit_code == 0;
    if (ended_well || (container.status == "running" && container.restarts == 0)) continue;
    throw Error(ErrorKind::boot, fmt::format("Accessory {} crashed on {}: {}. {}", accessory_.name,
                                             remote.host().str(), describe(container),
                                             last_lines_text(context_.output.readable(answers[1].text()))));
  }
}

const Steps& AccessoryRecipe::read_files() {
  if (file_steps_) return *file_steps_;
  Steps steps;
  if (hosts_.empty()) return file_steps_.emplace();
  for (const config::MountedPath& file : accessory_.files) {
    const Steps of_file = upload_steps(context_, accessory_, commands_, file);
    steps.insert(steps.end(), of_file.begin(), of_file.end());
  }
  return file_steps_.emplace(std::move(steps));
}

void AccessoryRecipe::upload() {
  const Steps& steps = read_files();
  if (!steps.empty()) on_hosts(steps);
}

void AccessoryRecipe::directories() {
  Steps steps;
  for (const config::MountedPath& directory : accessory_.directories) {
    for (Command& command : commands_.make_directory(directory))
      steps.push_back(Step::run(std::move(command)));
  }
  if (!steps.empty()) on_hosts(steps);
}

}  // namespace kamal::cli
