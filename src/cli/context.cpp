#include "cli/context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "cli/hooks.h"
#include "cli/inline_secrets.h"
#include "cli/output/run_log.h"
#include "kamal/secrets/secrets_file.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr size_t dirty_suffix_bytes = 8;

Filters filters_of(const Options& options) {
  Filters filters;
  if (const auto hosts = options.text("hosts")) filters.hosts = split(*hosts, ',');
  if (const auto roles = options.text("roles")) filters.roles = split(*roles, ',');
  filters.primary = options.flag("primary");
  return filters;
}

SecretsContext secrets_context(const Effects& effects) {
  return {
      .environment = effects.environment,
      .processes = &effects.processes,
      .inline_kamal =
          [&effects](const std::vector<std::string>& words) { return run_inline_secrets(words, effects); },
      .warn = [&effects](const std::string& text) { effects.err("WARNING: " + text + "\n"); },
  };
}

}  // namespace

Context::Context(const Effects& effects, const Invocation& invocation, config::Configuration configuration,
                 sshkit::Output& output)
    : effects(effects),
      invocation(invocation),
      options(invocation.options),
      config(std::move(configuration)),
      output(output),
      git(effects.processes),
      local(effects.processes, output, effects.random),
      holding_lock(get(effects.environment, "KAMAL_LOCK") == "true"),
      secrets_(open_secrets(config.secrets_path, config.destination, secrets_context(effects))) {
  selections_.emplace_back(config, filters_of(options));
  run_log_ = open_run_log(effects, config, {invocation.command_name()}, output,
                          [this] { return tag_facts(known_version()); });
}

Context::~Context() = default;

std::optional<Version> Context::given_version() const {
  const std::optional<std::string> version = options.text("version");
  return version ? std::optional(Version(*version)) : std::nullopt;
}

Version Context::version() {
  if (const auto given = given_version()) return *given;
  if (const auto version = get(effects.environment, "VERSION")) return Version(*version);
  const std::lock_guard lock(mutex_);
  if (git_version_) return *git_version_;
  if (!git.used()) {
    throw ConfigurationError(
        "There is no version: this folder is in no git repository. Commit the app to one, or say --version "
        "VERSION");
  }
  std::string version = git.revision();
  const bool builds_checkout = config.builder.context.has_value();
  if (builds_checkout && !git.uncommitted_changes().empty()) {
    version += "_uncommitted_" + effects.random.hex(dirty_suffix_bytes);
  }
  git_version_ = Version(version);
  return *git_version_;
}

// Empty outside a git repository.
Version Context::known_version() {
  try {
    return version();
  } catch (const ConfigurationError&) {
    return {};
  }
}

std::string Context::performer() {
  const std::lock_guard lock(mutex_);
  if (!performer_) {
    performer_ = git.email();
    if (performer_->empty()) performer_ = login_name();
    if (performer_->empty()) performer_ = account();
  }
  return *performer_;
}

std::string Context::lock_holder() {
  const std::string name = git.user_name();
  return name.empty() ? account() : name;
}

std::string Context::login_name() { return strip(effects.processes.run({.argv = {"whoami"}}).out); }

// A container may run as a uid that no passwd entry names: $USER may be set, or the uid has to do.
std::string Context::account() {
  std::string user = login_name();
  if (user.empty()) user = get(effects.environment, "USER").value_or("");
  if (user.empty()) user = fmt::format("uid {}", getuid());
  const std::string host = strip(effects.processes.run({.argv = {"uname", "-n"}}).out);
  return host.empty() ? user : fmt::format("{}@{}", user, host);
}

commands::TagFacts Context::tag_facts(const Version& version) {
  return {iso8601_utc(effects.clock.now()), performer(), version};
}

sshkit::SshSettings Context::ssh_settings() const {
  const config::SshOptions& ssh = config.ssh;
  sshkit::SshSettings settings;
  settings.user = ssh.user;
  settings.user_given = ssh.user_given;
  settings.port = ssh.port;
  settings.port_given = ssh.port_given;
  settings.proxy_jump = ssh.proxy;
  settings.proxy_command = ssh.proxy_command;
  settings.keys = ssh.keys;
  for (const std::string& name : ssh.key_data) {
    if (secrets_->has(name)) {
      std::string key = secrets_->get(name, "ssh/key_data");
      if (!strip(key).empty()) {
        settings.key_data.push_back(std::move(key));
      } else {
        const Problem problem{secrets_->origin(name), "ssh/key_data",
                              "the secret " + name + " is empty, so this key is skipped"};
        effects.err("WARNING: " + problem.text() + "\n");
      }
    } else {
      effects.err(
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
  settings.max_concurrent_starts = config.sshkit.max_concurrent_starts;
  settings.dns_retries = config.sshkit.dns_retries;
  return settings;
}

sshkit::Backend& Context::backend() {
  if (!backend_) {
    backend_ = effects.connect(ssh_settings(), effects.environment);
    executor_ = std::make_unique<sshkit::Executor>(*backend_, output, effects.random, effects.interruption);
  }
  return *backend_;
}

void Context::pre_connect() {
  if (hook_has_run_) return;
  run_hook(*this, "pre-connect", {.secrets = HookSecrets::pass});
  hook_has_run_ = true;
}

void Context::connect(const std::vector<Host>& hosts) {
  pre_connect();
  std::vector<Host> more;
  for (const Host& host : hosts) {
    const std::lock_guard lock(mutex_);
    if (connected_.insert(host).second) more.push_back(host);
  }
  if (!more.empty()) backend().prepare(more);
}

sshkit::Server& Context::server(const Host& host) {
  connect({host});
  return backend().server(host);
}

void Context::on(const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe) {
  connect(hosts);
  if (hosts.empty()) return;
  executor_->on(hosts, recipe);
}

void Context::on_each(const std::vector<sshkit::Executor::Task>& tasks) {
  if (tasks.empty()) return;
  std::vector<Host> hosts;
  for (const sshkit::Executor::Task& task : tasks) hosts.push_back(task.host);
  connect(hosts);
  executor_->on_each(tasks);
}

void Context::on_roles(const std::vector<Host>& hosts, Roles order, const RoleRecipe& recipe) {
  if (order == Roles::in_turn) pre_connect();
  std::vector<sshkit::Executor::Task> tasks;
  for (const Host& host : hosts) {
    const std::vector<const config::Role*> roles = selection().roles_on(host);
    if (order == Roles::in_turn) {
      tasks.push_back({host, [roles, &recipe](sshkit::Remote& remote) {
                         for (const config::Role* role : roles) recipe(remote, *role);
                       }});
      continue;
    }
    for (const config::Role* role : roles) {
      tasks.push_back({host, [role, &recipe](sshkit::Remote& remote) { recipe(remote, *role); }});
    }
  }
  on_each(tasks);
}

sshkit::Step Context::audit(const std::string& line, const config::Role* role) {
  commands::AuditFacts facts{iso8601_utc(effects.clock.now()), performer(), std::nullopt};
  if (role) facts.role = role->name;
  return sshkit::Step::run(commands::Auditor(config).record(line, facts)).debug();
}

void Context::say(std::string_view message, sshkit::Output::Tone tone) {
  if (!options.flag("raw") && !options.flag("quiet")) return output.say(message, tone);
  if (run_log_) run_log_->line({.text = fmt::format("{}\n", message)});
}

void Context::modify(const std::function<void()>& work) {
  if (!run_log_) return work();
  run_log_->record(work);
}

void Context::close_run_log() {
  if (run_log_) run_log_->close();
}

void Context::puts_by_host(const Host& host, std::string_view text, std::string_view type) {
  puts_under(fmt::format("{} Host: {}", type, host.str()), text);
}

void Context::puts_by_role(const Host& host, const config::Role& role, std::string_view text) {
  if (selection().roles_on(host).size() < 2) return puts_by_host(host, text);
  puts_under(fmt::format("App Host: {} ({})", host.str(), role.name.str()), text);
}

void Context::puts_under(const std::string& heading, std::string_view text) {
  output.result(fmt::format("{}{}\n", options.flag("quiet") ? "" : heading + "\n", text));
}

bool Context::first_time(const std::string& what, const Host& host) {
  const std::lock_guard lock(mutex_);
  return told_.emplace(what, host).second;
}

bool Context::changes_account(const Host& host, const std::string& registry, const std::string& account) {
  const std::lock_guard lock(mutex_);
  return std::exchange(accounts_[{host, registry}], account) != account;
}

NarrowedSelection::NarrowedSelection(Context& context, const std::vector<Host>& hosts) : context_(context) {
  context_.selections_.push_back(context_.selection().only(hosts));
}

NarrowedSelection::~NarrowedSelection() { context_.selections_.pop_back(); }

}  // namespace kamal::cli
