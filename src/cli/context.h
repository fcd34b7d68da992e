#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments/command_line.h"
#include "cli/lock/held_lock.h"
#include "cli/selection.h"
#include "cli/servers.h"
#include "cli/timeline.h"
#include "kamal/cli/run.h"
#include "kamal/commands/hook.h"
#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/sshkit/executor.h"
#include "kamal/sshkit/output.h"
#include "kamal/support/git.h"

namespace kamal::cli {

class RunLog;

// What ran of a role on a host before and after a run that boots the app; nullopt for nothing, or unknown.
struct VersionChange {
  std::optional<Version> before{}, after{};
};
using VersionChanges = std::map<std::pair<Host, RoleName>, VersionChange>;

// Who runs kamal.
class Performer {
 public:
  Performer(const Effects& effects, Git& git) : effects_(effects), git_(git) {}

  std::string name();         // for the audit log: user.email of git, or the login name
  std::string lock_holder();  // user.name of git, or USER@HOST

 private:
  std::string login_name();  // "" if the user has no name
  std::string account();     // USER@HOST

  const Effects& effects_;
  Git& git_;
  std::mutex mutex_;
  std::optional<std::string> name_;
};

// One run of a command: its configuration, its selection of servers and the state its recipes share.
class Context {
 public:
  Context(const Effects& effects, const Invocation& invocation, config::Configuration config,
          sshkit::Output& output, const std::function<void(Context&)>& pre_connect);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Effects& effects;
  const Invocation& invocation;
  const Options& options;
  const config::Configuration config;
  const std::string run_id;  // random
  sshkit::Output& output;
  Git git;
  sshkit::Local local;
  Performer performer;
  LockState lock;
  Timeline timeline;
  VersionChanges version_changes;

 private:
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<RunLog> run_log_;  // null without one

 public:
  Servers servers;

  const Selection& selection() const { return selections_.back(); }
  const Secrets& secrets() const { return *secrets_; }
  // The version to deploy: --version, VERSION of the environment, or the git revision. Throws
  // ConfigurationError.
  Version version();
  std::optional<Version> explicit_version() const;  // --version
  std::optional<Version> known_version();           // the same as version(), but nullopt if that throws
  commands::TagMetadata tag_facts(const Version& version);

  // A progress message: with --raw or --quiet, it goes to the run's logs only.
  void say(std::string_view message, sshkit::Output::Tone tone = sshkit::Output::Tone::step) {
    output.say(message, tone);
  }
  // A command's output under the name of its host, or of its host and role.
  void puts_by_host(const Host& host, std::string_view text, std::string_view type = "App");
  void puts_by_role(const Host& host, const config::Role& role, std::string_view text);
  // Runs a command on each host and shows what it prints.
  void show_by_host(const std::vector<Host>& hosts, const std::function<Command(const Host&)>& command_of,
                    std::string_view type = "App");

  // A line for the audit log, shown with -v only.
  sshkit::Step audit(const std::string& line, const config::Role* role = nullptr);
  // Runs work that changes servers: output.file and output.otel log the outermost such work as one.
  void modify(const std::function<void()>& work);
  // Whether changes are only shown (--dry-run).
  bool is_dry_run() const { return options.flag("dry_run"); }
  // Whether it needs no answer to a question: -y, or nothing will be changed.
  bool is_confirmed() const { return options.flag("confirmed") || is_dry_run(); }
  bool interrupted() const { return effects.interruption.signal() != 0; }
  // Throws Interrupted.
  void pause(std::chrono::milliseconds time) const;
  // While in scope, the run is "watching the containers": reports it if that takes long.
  std::unique_ptr<Wait> wait(const std::string& doing);
  // What was done after a failure, a line each, for the closing block.
  void add_recovery(std::string line) { recovery_.push_back(std::move(line)); }
  const std::vector<std::string>& recovery() const { return recovery_; }
  // Time limit for the next part of a cleanup: 10 s; after a signal, the remainder of 10 s for the whole
  // cleanup, or little more.
  std::chrono::milliseconds time_to_clean_up();
  // Flushes the logs; may take some seconds.
  void close_run_log();

 private:
  friend class NarrowedSelection;

  void puts_under(const std::string& heading, std::string_view text);

  std::vector<Selection> selections_;
  std::vector<std::string> recovery_;
  std::optional<Version> git_version_;
  std::optional<std::chrono::steady_clock::time_point> clean_up_since_;
  std::mutex mutex_;
};

// What programs of this machine are waited for, unless -q is given: standard output may be a result.
MakeWait waits_on_stderr(const Effects& effects, sshkit::Output& output);

// Narrows the selection to some hosts while in scope.
class NarrowedSelection {
 public:
  NarrowedSelection(Context& context, const std::vector<Host>& hosts);
  ~NarrowedSelection();
  NarrowedSelection(const NarrowedSelection&) = delete;
  NarrowedSelection& operator=(const NarrowedSelection&) = delete;

 private:
  Context& context_;
};

// Runs the work if --confirmed is set or the user answers y. Throws Error (no_action) at the end of input.
void with_confirmation(Context& context, const std::string& question, const std::function<void()>& work);
OptionSpec confirmed_option();

}  // namespace kamal::cli
