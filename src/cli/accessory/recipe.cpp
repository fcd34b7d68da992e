#include "cli/accessory/recipe.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

#include "cli/accessory/files.h"
#include "cli/app/fleet.h"
#include "cli/errors.h"
#include "cli/exec.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;
using Tone = sshkit::Output::Tone;

constexpr const char* never_started = "created";
constexpr std::chrono::milliseconds time_to_crash{1500};
constexpr const char* lines_of_crash = "20";

bool ended(const std::string& state) { return state == "restarting" || state == "exited" || state == "dead"; }

const config::Accessory& find(const config::Configuration& config, const std::string& name) {
  if (const config::Accessory* accessory = config.accessory(name)) return *accessory;
  std::vector<std::string> names;
  for (const config::Accessory& accessory : config.accessories) names.push_back(accessory.name);
  throw UsageError(
      fmt::format("Unknown accessory \"{}\" ({})", name,
                  names.empty() ? "none configured" : "available: " + to_sentence(names, "and")));
}

std::vector<Host> selected_hosts(const Context& context, const config::Accessory& accessory) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().accessory_hosts()) {
    if (contains(accessory.hosts, host)) hosts.push_back(host);
  }
  return hosts;
}

}  // namespace

AccessoryRecipe::AccessoryRecipe(Context& context, const std::string& name)
    : context_(context),
      accessory_(find(context.config, name)),
      commands_(context.config, accessory_),
      hosts_(selected_hosts(context, accessory_)) {}

void AccessoryRecipe::check() {
  if (hosts_.empty()) return;
  read_files();
  env_file();
  Steps unused;
  add_files_for_proxy(unused);
}

void AccessoryRecipe::check_secrets(Env env) {
  if (hosts_.empty()) return;
  SecretChecks checks;
  checks.add([&] { check_registry_credentials(context_, hosts_, accessory_); });
  checks.add([&] {
    if (!accessory_.running_proxy() || !accessory_.proxy->custom_certificate()) return;
    Steps unused;
    add_certificate(unused);
  });
  checks.throw_problems();
  try {
    env_file();
  } catch (const ConfigurationError&) {
    if (env == Env::of_all || lacks_container()) throw;
  }
}

bool AccessoryRecipe::lacks_container() {
  std::atomic<bool> one_lacks = false;
  context_.servers.on(hosts_, [&](sshkit::Remote& remote) {
    if (strip(remote.capture(commands_.existing_container_ids())).empty()) one_lacks = true;
  });
  return one_lacks;
}

void AccessoryRecipe::on_hosts(const Steps& steps) {
  with_lock(context_,
            [&] { context_.servers.on(hosts_, [&](sshkit::Remote& remote) { remote.run(steps); }); });
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

// What `docker run` made and could not start (a port that was taken, say) makes room for the next try.
std::map<Host, std::string> AccessoryRecipe::states_of_containers() {
  std::map<Host, std::string> states;
  std::mutex mutex;
  context_.servers.on(hosts_, [&](sshkit::Remote& remote) {
    const auto answers =
        remote.run({Step::run(commands_.existing_container_ids()), Step::run(commands_.container_states())});
    if (answers[0].text().empty()) return;
    const std::string state = answers[1].text();
    if (state == never_started) {
      context_.console.say(fmt::format("`{}` was created on {} but never started; recreating it",
                                       accessory_.name, remote.host().str()),
                           Tone::warning);
      remote.run({Step::run(commands_.remove_container())});
      return;
    }
    const std::lock_guard lock(mutex);
    states[remote.host()] = state;
  });
  return states;
}

std::vector<Host> AccessoryRecipe::hosts_to_boot() {
  std::vector<std::string> booted;
  const std::map<Host, std::string> states = states_of_containers();
  for (const auto& [host, state] : states) {
    booted.push_back(host.str());
    if (ended(state)) {
      context_.console.say(
          fmt::format("`{0}` is not running on {1} ({2}). Check `kamal accessory logs {0}`, then `kamal "
                      "accessory reboot {0}`",
                      accessory_.name, host.str(), state),
          Tone::warning);
    }
  }
  if (booted.empty()) return hosts_;
  context_.console.say(fmt::format("Skipping booting `{}` on {}, a container already exists", accessory_.name,
                                   join(booted, ", ")),
                       Tone::warning);
  std::vector<Host> left = hosts_;
  std::erase_if(left, [&](const Host& host) { return states.contains(host); });
  return left;
}

std::string AccessoryRecipe::env_file() const {
  return config::env_file_text(accessory_.env, context_.secrets(), key_of_secrets(accessory_));
}

Version AccessoryRecipe::version_of_error_pages() const {
  return context_.config.error_pages_path ? context_.version() : Version();
}

// The app may have no version on the host yet, whose boot would bring them.
void AccessoryRecipe::add_files_for_proxy(Steps& steps) const {
  if (!accessory_.running_proxy()) return;
  const commands::App app(context_.config, version_of_error_pages());
  ErrorPages(context_.config).add_to(steps, app);
  if (accessory_.proxy->custom_certificate()) add_certificate(steps);
}

void AccessoryRecipe::add_certificate(Steps& steps) const {
  const config::Proxy& proxy = *accessory_.proxy;
  const std::string key = fmt::format("accessories/{}/proxy/ssl", accessory_.name);
  steps.push_back(Step::run(commands_.create_ssl_directory()));
  steps.push_back(upload_for_proxy(required_secret(context_.secrets(), *proxy.certificate_pem, key),
                                   commands_.tls_certificate_path()));
  steps.push_back(upload_for_proxy(required_secret(context_.secrets(), *proxy.private_key_pem, key),
                                   commands_.tls_private_key_path()));
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
      Step::upload(env_file(), context_.config.accessory_env_path(accessory_), 0600),
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

// A container that crashes does so at once, again and again.
void AccessoryRecipe::check_alive(sshkit::Remote& remote) const {
  context_.effects.clock.sleep(time_to_crash);
  context_.effects.interruption.check();
  commands::LogOptions logs;
  logs.lines = lines_of_crash;
  const std::vector<sshkit::StepResult> answers =
      remote.run({Step::run(commands_.describe_container()).ignore_failure().debug(),
                  Step::run(commands_.logs(logs)).ignore_failure().debug()});
  for (const AppContainer& container : parse_states(answers[0].out, "")) {
    const bool ended_well = container.status == "exited" && container.exit_code == 0;
    if (ended_well || (container.status == "running" && container.restarts == 0)) continue;
    throw Error(ErrorKind::boot, fmt::format("Accessory {} crashed on {}: {}. {}", accessory_.name,
                                             remote.host().str(), describe(container),
                                             last_lines_text(context_.output.readable(answers[1].text()))));
  }
}

void AccessoryRecipe::reboot() {
  with_lock(context_, [&] {
    check();
    prepare();
    pull_image();
    stop();
    remove_container();
    boot(Prepare::no);
  });
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

void AccessoryRecipe::start() {
  Steps steps = {context_.audit(fmt::format("Started {} accessory", accessory_.name))};
  add_files_for_proxy(steps);
  steps.push_back(Step::run(commands_.start()));
  add_registration(steps);
  on_hosts(steps);
}

void AccessoryRecipe::details() {
  show_by_host(
      context_, hosts_, [&](const Host&) { return commands_.info(); }, "Accessory " + accessory_.name);
}

void AccessoryRecipe::pull_image() {
  with_lock(context_, [&] {
    const RegistryForwarding forwarding = forward_registry_for_pull(context_, hosts_, accessory_.image);
    on_hosts({context_.audit(fmt::format("Pull {} accessory image", accessory_.name)),
              Step::run(commands_.pull_image())});
    for (const Host& host : hosts_) context_.servers.mark_image(host, accessory_.image);
  });
}

}  // namespace kamal::cli
