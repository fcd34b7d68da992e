#include "cli/context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/failures.h"
#include "cli/output/ci.h"
#include "cli/output/run_log.h"
#include "cli/secrets/secrets.h"
#include "kamal/commands/server.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr size_t dirty_suffix_bytes = 8;
constexpr size_t run_id_bytes = 4;

Filters filters_of(const Options& options) {
  Filters filters;
  if (const auto hosts = options.text("hosts")) filters.hosts = split(*hosts, ',');
  if (const auto roles = options.text("roles")) filters.roles = split(*roles, ',');
  filters.primary = options.flag("primary");
  return filters;
}

sshkit::Changes changes_of(const Options& options) {
  return options.flag("dry_run") ? sshkit::Changes::pretend : sshkit::Changes::make;
}

SecretsContext secrets_context(const Effects& effects, sshkit::Output& output) {
  return {
      .environment = effects.environment,
      .processes = &effects.processes,
      .inline_kamal =
          [&effects](const std::vector<std::string>& words) { return run_inline_secrets(words, effects); },
      .warn = [&effects](const std::string& text) { effects.err("WARNING: " + text + "\n"); },
      .resolved = [&output](const std::string& value) { output.hide(value); },
      .wait = [wait = waits_on_stderr(effects, output)](
                  const std::string& name) { return wait(name + " of the secrets file"); },
  };
}

// y, N, or nothing at the end of input. An empty line means N; anything else is asked again.
std::optional<std::string> answer_to(Context& context, const std::string& question) {
  while (true) {
    std::optional<std::string> answer = context.effects.ask(question + " [y, N] (N) ");
    context.effects.interruption.check();
    if (!answer) return std::nullopt;
    const std::string word = strip(*answer);
    if (word.empty()) return "N";
    if (word == "y" || word == "N") return word;
    context.say("Please answer y or N", sshkit::Output::Tone::plain);
  }
}

}  // namespace

std::string Performer::name() {
  const std::lock_guard lock(mutex_);
  if (!name_) {
    name_ = git_.email();
    if (name_->empty()) name_ = login_name();
    if (name_->empty()) name_ = account();
  }
  return *name_;
}

std::string Performer::lock_holder() {
  const std::string name = git_.user_name();
  return name.empty() ? account() : name;
}

std::string Performer::login_name() { return strip(effects_.processes.run({.argv = {"whoami"}}).out); }

// A container may run as a uid without a passwd entry: falls back to $USER, then to the uid.
std::string Performer::account() {
  std::string user = login_name();
  if (user.empty()) user = get(effects_.environment, "USER").value_or("");
  if (user.empty()) user = fmt::format("uid {}", getuid());
  const std::string host = strip(effects_.processes.run({.argv = {"uname", "-n"}}).out);
  return host.empty() ? user : fmt::format("{}@{}", user, host);
}

Context::Context(const Effects& effects, const Invocation& invocation, config::Configuration configuration,
                 sshkit::Output& output, const std::function<void(Context&)>& pre_connect)
    : effects(effects),
      invocation(invocation),
      options(invocation.options),
      config(std::move(configuration)),
      run_id(effects.random.hex(run_id_bytes)),
      output(output),
      git(effects.processes),
      local(effects.processes, output, effects.random, changes_of(options)),
      performer(effects, git),
      lock(get(effects.environment, "KAMAL_LOCK") == "true"),
      timeline(effects.clock),
      secrets_(open_secrets(config.secrets_path, config.destination, secrets_context(effects, output))),
      servers(effects, config, *secrets_, output, timeline, changes_of(options),
              [this, pre_connect] { pre_connect(*this); }) {
  timeline.add_listener(folding(ci_service(effects.environment, options), effects, output));
  selections_.emplace_back(config, filters_of(options));
  if (is_dry_run()) return;
  run_log_ = open_run_log(effects, config, invocation.command_name(), output,
                          [this] { return tag_facts(known_version().value_or(Version())); });
}

Context::~Context() = default;

std::optional<Version> Context::explicit_version() const {
  const std::optional<std::string> version = options.text("version");
  return version ? std::optional(Version(*version)) : std::nullopt;
}

Version Context::version() {
  if (const auto version = explicit_version()) return *version;
  if (const auto version = get(effects.environment, "VERSION")) return Version(*version);
  const std::lock_guard lock(mutex_);
  if (git_version_) return *git_version_;
  if (!git.used()) {
    if (!git.installed())
      throw ConfigurationError("No version: git is not installed. Install it or pass --version VERSION");
    throw ConfigurationError(
        "No version: not a git repository. Commit the app to git or pass --version VERSION");
  }
  std::string version = git.revision();
  if (version.empty()) {
    throw ConfigurationError("No version: git has no commits yet. Commit the app or pass --version VERSION");
  }
  const bool builds_checkout = config.builder.context.has_value();
  if (builds_checkout && !git.uncommitted_changes().empty()) {
    version += "_uncommitted_" + effects.random.hex(dirty_suffix_bytes);
  }
  git_version_ = Version(version);
  return *git_version_;
}

std::optional<Version> Context::known_version() {
  try {
    return version();
  } catch (const ConfigurationError&) {
    return std::nullopt;
  }
}

commands::TagMetadata Context::tag_facts(const Version& version) {
  return {iso8601_utc(effects.clock.now()), performer.name(), version};
}

sshkit::Step Context::audit(const std::string& line, const config::Role* role) {
  commands::AuditMetadata facts{iso8601_utc(effects.clock.now()), performer.name(), std::nullopt};
  if (role) facts.role = role->name;
  return sshkit::Step::run(commands::Auditor(config).record(line, facts)).debug();
}

void Context::modify(const std::function<void()>& work) {
  if (!run_log_) return work();
  run_log_->record(work);
}

void Context::pause(std::chrono::milliseconds time) const {
  if (is_dry_run()) return;
  effects.clock.sleep(time);
  effects.interruption.check();
}

std::chrono::milliseconds Context::time_to_clean_up() {
  using std::chrono::milliseconds;
  constexpr milliseconds in_all{10000}, at_least{2000};
  if (!interrupted()) return in_all;
  const auto now = effects.clock.ticks();
  if (!clean_up_since_) clean_up_since_ = now;
  return std::max(at_least, in_all - std::chrono::duration_cast<milliseconds>(now - *clean_up_since_));
}

void Context::puts_by_host(const Host& host, std::string_view text, std::string_view type) {
  puts_under(fmt::format("{} Host: {}", type, host.str()), text);
}

void Context::puts_by_role(const Host& host, const config::Role& role, std::string_view text) {
  puts_under(fmt::format("App Host: {} ({})", host.str(), role.name.str()), text);
}

void Context::show_by_host(const std::vector<Host>& hosts,
                           const std::function<Command(const Host&)>& command_of, std::string_view type) {
  servers.on(hosts, [&](sshkit::Remote& remote) {
    puts_by_host(remote.host(), remote.capture(command_of(remote.host())), type);
  });
}

void Context::puts_under(const std::string& heading, std::string_view text) {
  output.result(fmt::format("{}{}\n", options.flag("quiet") ? "" : heading + "\n", text));
}

void Context::close_run_log() {
  if (run_log_) run_log_->close();
}

std::unique_ptr<Wait> Context::wait(const std::string& doing) {
  return std::make_unique<Wait>(output.waits(), doing, [this, doing](std::string_view after) {
    say(fmt::format("Still {} after {}", doing, after), sshkit::Output::Tone::plain);
  });
}

MakeWait waits_on_stderr(const Effects& effects, sshkit::Output& output) {
  return [&effects, &output](const std::string& name) {
    return std::make_unique<Wait>(output.waits(), name, [&effects, &output, name](std::string_view after) {
      if (output.verbosity() == sshkit::Verbosity::error) return;
      effects.err(fmt::format("Still waiting for {} after {}\n", name, after));
    });
  };
}

NarrowedSelection::NarrowedSelection(Context& context, const std::vector<Host>& hosts) : context_(context) {
  context_.selections_.push_back(context_.selection().only(hosts));
}

NarrowedSelection::~NarrowedSelection() { context_.selections_.pop_back(); }

void with_confirmation(Context& context, const std::string& question, const std::function<void()>& work) {
  if (context.is_confirmed()) return work();
  const std::optional<std::string> answer = answer_to(context, question);
  if (answer == "y") return work();
  context.say("Aborted", sshkit::Output::Tone::failure);
  if (!answer) throw Error(ErrorKind::no_action, "No confirmation given; pass -y to proceed");
}

OptionSpec confirmed_option() {
  return {.name = "confirmed", .short_name = 'y', .help = "Skip the confirmation prompt"};
}

}  // namespace kamal::cli
