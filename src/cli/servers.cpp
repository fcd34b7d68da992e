#include "cli/servers.h"

#include <algorithm>
#include <utility>

#include "kamal/sshkit/dry_run.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

Servers::Servers(const Effects& effects, const config::Configuration& config, const Secrets& secrets,
                 sshkit::Output& output, Timeline& timeline, sshkit::Changes changes,
                 std::function<void()> pre_connect)
    : effects_(effects),
      config_(config),
      secrets_(secrets),
      output_(output),
      timeline_(timeline),
      changes_(changes),
      pre_connect_(std::move(pre_connect)) {}

sshkit::SshSettings Servers::ssh_settings() const {
  const config::SshOptions& ssh = config_.ssh;
  sshkit::SshSettings settings;
  settings.user = ssh.user;
  settings.user_is_set = ssh.user_is_set;
  settings.port = ssh.port;
  settings.port_is_set = ssh.port_is_set;
  settings.proxy_jump = ssh.proxy;
  settings.proxy_command = ssh.proxy_command;
  settings.keys = ssh.keys;
  for (const std::string& name : ssh.key_data) {
    if (secrets_.has(name)) {
      std::string key = secrets_.get(name, "ssh/key_data");
      if (!strip(key).empty()) {
        settings.key_data.push_back(std::move(key));
      } else {
        const Problem problem{secrets_.origin(name), "ssh/key_data",
                              "the secret " + name + " is empty, so this key is skipped"};
        effects_.err("WARNING: " + problem.text() + "\n");
      }
    } else {
      effects_.err(
          "WARNING: ssh/key_data: private keys in deploy.yml are deprecated; put them in a secret and name "
          "it here\n");
      settings.key_data.push_back(name);
    }
  }
  settings.keys_only = ssh.keys_only;
  settings.forward_agent = ssh.forward_agent.value_or(true);
  settings.use_config = ssh.use_config;
  settings.config_files = ssh.config_files;
  settings.log_level = ssh.log_level;
  settings.max_concurrent_starts = config_.sshkit.max_concurrent_starts;
  settings.dns_retries = config_.sshkit.dns_retries;
  return settings;
}

sshkit::Backend& Servers::backend() {
  if (!backend_) {
    backend_ = effects_.connect(ssh_settings(), effects_.environment);
    if (changes_ == sshkit::Changes::pretend) backend_ = sshkit::dry_run(std::move(backend_), output_);
    executor_ =
        std::make_unique<sshkit::Executor>(*backend_, output_, effects_.random, effects_.interruption);
  }
  return *backend_;
}

void Servers::pre_connect() {
  if (pre_connect_done_) return;
  pre_connect_done_ = true;
  pre_connect_();
}

void Servers::connect(const std::vector<Host>& hosts) {
  pre_connect();
  std::vector<Host> more;
  for (const Host& host : hosts) {
    const std::lock_guard lock(mutex_);
    if (connected_.insert(host).second) more.push_back(host);
  }
  if (!more.empty()) backend().prepare(more);
}

void Servers::wait_for_logins(const std::vector<Host>& hosts) {
  on(hosts, [](sshkit::Remote&) {});
}

void Servers::check_logins(const std::vector<Host>& hosts) {
  connect(hosts);
  const auto has_failed = [&](const Host& host) { return backend().has_failed(host); };
  if (std::any_of(hosts.begin(), hosts.end(), has_failed)) wait_for_logins(hosts);
}

sshkit::Server& Servers::server(const Host& host) {
  connect({host});
  return backend().server(host);
}

void Servers::on(const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe) {
  connect(hosts);
  std::vector<sshkit::Executor::Task> tasks;
  for (const Host& host : hosts) tasks.push_back({host, recipe});
  on_each(tasks);
}

void Servers::on_each(const std::vector<sshkit::Executor::Task>& tasks) {
  if (tasks.empty()) return;
  const std::vector<Host> hosts = mapped(tasks, &sshkit::Executor::Task::host);
  connect(hosts);
  effects_.interruption.check();  // no task of an interrupted run begins
  for (const Host& host : hosts) timeline_.host_began(host);
  executor_->on_each(mapped(tasks, [this](const sshkit::Executor::Task& task) { return followed(task); }));
}

sshkit::Executor::Task Servers::followed(const sshkit::Executor::Task& task) {
  return {.host = task.host,
          .recipe =
              [this, recipe = task.recipe](sshkit::Remote& remote) {
                const Timeline::HostWork work(timeline_, remote.host());
                recipe(remote);
              },
          .ended =
              [this, host = task.host, ended = task.ended](sshkit::TaskOutcome outcome) {
                timeline_.host_ended(host, outcome);
                if (ended) ended(outcome);
              }};
}

std::vector<Host> Servers::hosts_where(const std::vector<Host>& hosts,
                                       const std::function<bool(sshkit::Remote&)>& recipe) {
  const std::map<Host, bool> results = collect(hosts, recipe);
  std::vector<Host> found = hosts;
  std::erase_if(found, [&](const Host& host) { return !results.at(host); });
  return found;
}

void Servers::on_roles(const Selection& selection, RoleOrder order, const RoleRecipe& recipe) {
  if (order == RoleOrder::in_turn) pre_connect();
  std::vector<sshkit::Executor::Task> tasks;
  for (const auto& [host, roles] : selection.roles_on(selection.app_hosts(), order)) {
    tasks.push_back({host, [roles = roles, &recipe](sshkit::Remote& remote) {
                       for (const config::Role* role : roles) recipe(remote, *role);
                     }});
  }
  on_each(tasks);
}

bool Servers::mark_run_directory(const Host& host) {
  const std::lock_guard lock(mutex_);
  return run_directories_.insert(host).second;
}

bool Servers::mark_image(const Host& host, const std::string& image) {
  const std::lock_guard lock(mutex_);
  return images_.emplace(host, image).second;
}

bool Servers::mark_login(const Host& host, const std::string& registry, const std::string& account) {
  const std::lock_guard lock(mutex_);
  return std::exchange(accounts_[{host, registry}], account) != account;
}

}  // namespace kamal::cli
