#include "cli/accessory/recipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/registry/registry.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::StepResult;
using sshkit::Steps;

const config::Accessory& find(const Context& context, const std::string& name) {
  if (const config::Accessory* accessory = context.config.accessory(name)) return *accessory;
  const std::vector<std::string> names = mapped(context.config.accessories, &config::Accessory::name);
  std::vector<std::string> words = context.invocation.command->choices;  // all
  words.insert(words.end(), names.begin(), names.end());
  const std::string available = names.empty() ? "none configured" : "available: " + to_sentence(names, "and");
  throw UsageError(fmt::format("Unknown accessory \"{}\"{}", name, suggestion(name, words, available)));
}

std::vector<Host> selected_hosts(const Context& context, const config::Accessory& accessory) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().accessory_hosts()) {
    if (contains(accessory.hosts, host)) hosts.push_back(host);
  }
  return hosts;
}

constexpr size_t container_stop = 1;  // in stop_steps

// No container to stop, accessory unknown to kamal-proxy, or kamal-proxy not running.
bool nothing_to_stop(const StepResult& result) {
  return says_one_of(result, {"service not found", "o such container", "is not running", "is restarting"});
}

bool image_in_use(const StepResult& result) { return says_one_of(result, {"conflict", "is in use"}); }

}  // namespace

AccessoryRecipe::AccessoryRecipe(Context& context, const std::string& name)
    : context_(context),
      accessory_(find(context, name)),
      commands_(context.config, accessory_),
      hosts_(selected_hosts(context, accessory_)) {}

void AccessoryRecipe::check() {
  if (hosts_.empty()) return;
  read_files();
  env_file_of(context_, accessory_);
  Steps unused;
  add_files_for_proxy(unused);
}

void AccessoryRecipe::check_secrets(Env env) {
  if (hosts_.empty()) return;
  SecretChecks checks;
  checks.add([&] { check_registry_credentials(context_, hosts_, accessory_); });
  checks.add([&] { certificate(); });
  checks.throw_problems();
  try {
    env_file_of(context_, accessory_);
  } catch (const ConfigurationError&) {
    if (env == Env::of_all || lacks_container()) throw;
  }
}

bool AccessoryRecipe::lacks_container() {
  const auto lacks_it = [&](sshkit::Remote& remote) {
    return remote.capture(commands_.existing_container_ids()).empty();
  };
  return !context_.servers.hosts_where(hosts_, lacks_it).empty();
}

void AccessoryRecipe::on_hosts(const Steps& steps) {
  with_lock_on(context_, hosts_, [&](sshkit::Remote& remote) { remote.run(steps); });
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

void AccessoryRecipe::start() {
  Steps steps = {context_.audit(fmt::format("Started {} accessory", accessory_.name))};
  add_files_for_proxy(steps);
  steps.push_back(Step::run(commands_.start()));
  add_registration(steps);
  on_hosts(steps);
}

void AccessoryRecipe::details() {
  context_.show_by_host(
      hosts_, [&](const Host&) { return commands_.info(); }, "Accessory " + accessory_.name);
}

void AccessoryRecipe::pull_image() {
  with_lock(context_, [&] {
    const RegistryForwarding forwarding = forward_registry_for_pull(context_, hosts_, accessory_.image);
    on_hosts({context_.audit(fmt::format("Pull {} accessory image", accessory_.name)),
              Step::run(commands_.pull_image())});
    for (const Host& host : hosts_) context_.servers.mark_image(host, accessory_.image);
  });
}

// Stopping the container is step 1; removal from the proxy, if any, is the last step.
Steps AccessoryRecipe::stop_steps() const {
  Steps steps = {context_.audit(fmt::format("Stopped {} accessory", accessory_.name)),
                 Step::run(commands_.stop())};
  if (accessory_.running_proxy()) steps.push_back(Step::run(commands_.remove()));
  return steps;
}

void AccessoryRecipe::stop() {
  const Steps steps = stop_steps();
  with_lock_on(context_, hosts_, [&](sshkit::Remote& remote) {
    run_to_the_end(remote, steps, [](size_t, const StepResult& result) { return nothing_to_stop(result); });
  });
}

void AccessoryRecipe::remove() {
  with_lock_on(context_, hosts_, [&](sshkit::Remote& remote) { remove_on(remote); });
}

// A container that can't be stopped keeps its data.
void AccessoryRecipe::remove_on(sshkit::Remote& remote) {
  bool runs_on = false;
  try_each({[&] {
              run_to_the_end(remote, stop_steps(), [&](size_t index, const StepResult& result) {
                const bool tolerated = nothing_to_stop(result);
                if (index == container_stop && !tolerated) runs_on = true;
                return tolerated;
              });
            },
            [&] {
              if (!runs_on) remove_stopped_on(remote);
            }});
}

// Data is removed before the image, which may be needed for that.
void AccessoryRecipe::remove_stopped_on(sshkit::Remote& remote) {
  Steps steps;
  if (accessory_.running_proxy() && context_.config.error_pages_path) {
    const commands::App app(context_.config, Version());
    steps.push_back(Step::run({"rm", "-f", app.error_pages_of_accessory(accessory_)}).debug());
  }
  steps.push_back(context_.audit(fmt::format("Remove {} accessory container", accessory_.name)));
  steps.push_back(Step::run(commands_.remove_container()));
  steps.push_back(Step::run(commands_.remove_service_directory()));
  std::optional<StepResult> data_left;
  const auto tolerated = [&](size_t index, const StepResult& result) {
    if (index + 1 == steps.size()) data_left = result;
    return data_left.has_value();
  };
  try_each({[&] { run_to_the_end(remote, steps, tolerated); },
            [&] {
              if (data_left) remove_data_as_root(remote, *data_left);
            },
            [&] { remove_image_on(remote); }});
}

// Files that the container wrote belong to its users; a login without root can't remove them.
void AccessoryRecipe::remove_data_as_root(sshkit::Remote& remote, const StepResult& failure) {
  const Command as_root = commands_.remove_service_directory_as_root();
  if (!accessory_.image.empty() && remote.execute(as_root, sshkit::OnFailure::ignore).ok()) return;
  throw Error(ErrorKind::parts_failed,
              fmt::format("Could not remove {0}: {1} (run `sudo rm -rf {0}` on {2})", accessory_.service_name,
                          first_line(strip(remote.output().readable(failure.err))), remote.host().str()));
}

bool AccessoryRecipe::image_used_by_another(const Host& host) const {
  const auto& all = context_.config.accessories;
  return std::any_of(all.begin(), all.end(), [&](const config::Accessory& other) {
    return contains(other.hosts, host) && other.name != accessory_.name && other.image == accessory_.image;
  });
}

void AccessoryRecipe::remove_image_on(sshkit::Remote& remote) {
  if (accessory_.image.empty()) return;
  const Steps steps = {context_.audit(fmt::format("Removed {} accessory image", accessory_.name)),
                       Step::run(commands_.remove_image())};
  run_to_the_end(remote, steps, [&](size_t, const StepResult& result) {
    if (!image_in_use(result) || !image_used_by_another(remote.host())) return false;
    context_.say(fmt::format("Keeping image {} on {}: another accessory uses it", accessory_.image,
                             remote.host().str()));
    return true;
  });
}

void AccessoryRecipe::remove_container() {
  on_hosts({context_.audit(fmt::format("Remove {} accessory container", accessory_.name)),
            Step::run(commands_.remove_container())});
  container_removed_ = true;
}

void AccessoryRecipe::remove_image() {
  on_hosts({context_.audit(fmt::format("Removed {} accessory image", accessory_.name)),
            Step::run(commands_.remove_image())});
}

void AccessoryRecipe::remove_service_directory() {
  with_lock_on(context_, hosts_, [&](sshkit::Remote& remote) {
    const StepResult result = remote.execute(commands_.remove_service_directory(), sshkit::OnFailure::ignore);
    if (!result.ok()) remove_data_as_root(remote, result);
  });
}

}  // namespace kamal::cli
