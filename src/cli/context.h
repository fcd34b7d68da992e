#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/arguments/command_line.h"
#include "cli/selection.h"
#include "kamal/cli/run.h"
#include "kamal/commands/auditor.h"
#include "kamal/commands/lock.h"
#include "kamal/commands/tags.h"
#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/sshkit/executor.h"
#include "kamal/support/git.h"

namespace kamal::cli {

class RunLog;

// One run of a command: its configuration, its selection of servers and what it shares between recipes.
class Context {
 public:
  Context(const Effects& effects, const Invocation& invocation, config::Configuration config,
          sshkit::Output& output);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Effects& effects;
  const Invocation& invocation;
  const Options& options;
  const config::Configuration config;
  sshkit::Output& output;
  Git git;
  sshkit::Local local;

  const Selection& selection() const { return selections_.back(); }
  const Secrets& secrets() const { return *secrets_; }
  // The version to deploy: --version, VERSION of the environment, or the git revision. Throws
  // ConfigurationError.
  Version version();
  std::optional<Version> given_version() const;  // --version
  std::string performer();                       // for the audit log: user.email of git, or the login name
  std::string lock_holder();                     // user.name of git, or USER@HOST
  commands::TagFacts tag_facts(const Version& version);

  // Runs the pre-connect hook before the first connection, also where there is no host to connect to, then
  // the recipe on each host at once. Only these hosts are connected to.
  void on(const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe);
  void on_each(const std::vector<sshkit::Executor::Task>& tasks);  // no tasks, no hook
  // For every role of the selection on `hosts`: roles of one host one after the other, or all side by side.
  enum class Roles { in_turn, side_by_side };
  using RoleRecipe = std::function<void(sshkit::Remote&, const config::Role&)>;
  void on_roles(const std::vector<Host>& hosts, Roles order, const RoleRecipe& recipe);
  sshkit::Server& server(const Host& host);
  // The hook by itself, at most once in a run.
  void pre_connect();
  // The hook, then connections in the background to hosts that will be asked for sure.
  void connect(const std::vector<Host>& hosts);

  // A line for the audit log, shown with -v only.
  sshkit::Step audit(const std::string& line, const config::Role* role = nullptr);
  void say(std::string_view message, sshkit::Output::Tone tone = sshkit::Output::Tone::step);
  // A command's answer under the name of its host.
  void puts_by_host(const Host& host, std::string_view text, std::string_view type = "App");
  // The same with the role's name, if several roles of the host are selected.
  void puts_by_role(const Host& host, const config::Role& role, std::string_view text);
  // True where the host has not been told so yet in this run: for folders that last.
  bool first_time(const std::string& what, const Host& host);
  // False where the host's last log-in at that registry, in this run, was with the same account.
  bool changes_account(const Host& host, const std::string& registry, const std::string& account);

  // Work that changes servers: what output.file and output.otel tell of, the outermost such work as one.
  void modify(const std::function<void()>& work);
  // The end of the run: what is still on its way to a log gets some seconds.
  void close_run_log();

  // The deploy lock, when this run or its caller holds it.
  bool holding_lock = false;
  std::optional<commands::LockDetails> own_lock;

 private:
  friend class NarrowedSelection;

  Version known_version();
  std::string login_name();  // "" if the user has no name
  std::string account();     // USER@HOST
  void puts_under(const std::string& heading, std::string_view text);
  sshkit::Backend& backend();
  sshkit::SshSettings ssh_settings() const;

  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<RunLog> run_log_;  // null without one
  std::vector<Selection> selections_;
  std::unique_ptr<sshkit::Backend> backend_;
  std::unique_ptr<sshkit::Executor> executor_;
  std::optional<std::string> performer_;
  std::optional<Version> git_version_;
  bool hook_has_run_ = false;  // or is none
  std::mutex mutex_;
  std::set<Host> connected_;  // or on the way
  std::set<std::pair<std::string, Host>> told_;
  std::map<std::pair<Host, std::string>, std::string> accounts_;  // by host and registry
};

// Narrows the selection to some hosts for the time of its life.
class NarrowedSelection {
 public:
  NarrowedSelection(Context& context, const std::vector<Host>& hosts);
  ~NarrowedSelection();
  NarrowedSelection(const NarrowedSelection&) = delete;
  NarrowedSelection& operator=(const NarrowedSelection&) = delete;

 private:
  Context& context_;
};

}  // namespace kamal::cli
