#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "cli/app/boot_journal.h"
#include "cli/app/env_files.h"
#include "cli/app/health.h"
#include "cli/app/versions.h"
#include "cli/context.h"
#include "kamal/commands/app.h"
#include "kamal/support/interruption.h"

namespace kamal::cli {

// Holds other roles back until the first container of the primary role is healthy. The first call wins.
class Barrier {
 public:
  explicit Barrier(const Interruption& interruption) : interruption_(interruption) {}

  bool open() { return set(true); }    // false if it was already set
  bool close() { return set(false); }  // likewise
  // True if opened, false if closed; throws Interrupted.
  bool wait();

 private:
  bool set(bool open);

  const Interruption& interruption_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<bool> open_;
};

// Counts the primary role's containers that are still to boot. If the last one ends without having opened the
// barrier (its host is unreachable, for example), nothing else will: it closes.
class Gatekeepers {
 public:
  Gatekeepers(Barrier& barrier, size_t count) : barrier_(barrier), left_(count) {}
  void ended() {
    if (--left_ == 0) barrier_.close();
  }

 private:
  Barrier& barrier_;
  std::atomic<size_t> left_;
};

// The state of a role on a host before it boots.
struct RunningVersion {
  bool clashes = false;            // a container of the version to boot exists
  std::optional<Version> version;  // of the running container
};
using RunningVersions = std::map<Place, RunningVersion>;

void add_assets(sshkit::Steps& steps, const commands::App& app);

// Shared by all boots of a run.
struct RoleBootPlan {
  const BootVersions& versions;
  const RunningVersions& running;
  Barrier& barrier;
  BootJournal& journal;
  SwitchedContainers& switched;
  EnvUpload env_upload = EnvUpload::to_do;
};

// Boots one role on one host: the new container starts and becomes healthy, then the old one stops.
class RoleBoot {
 public:
  RoleBoot(Context& context, sshkit::Remote& remote, const config::Role& role, const RoleBootPlan& plan);
  void run();

 private:
  bool gatekeeper() const { return &role_ == context_.selection().primary_role(); }
  void rename_clashing_container();
  void wait_at_barrier();
  void start_new_version();
  sshkit::Steps start_steps();
  sshkit::Steps stop_old_steps() const;
  sshkit::Steps steps_after_switch() const;
  void finished_after_switch(const sshkit::Steps& steps, size_t index, const sshkit::StepResult& result);
  void wait_for_healthy();
  std::string status();
  void open_barrier();
  bool serves_after(const sshkit::ConnectionError& lost);
  void stop_before_it_serves();
  void stop_quietly();
  void say_if_old_runs(const sshkit::Step& stop, const sshkit::StepResult& result);
  [[noreturn]] void give_up(const std::exception& error);
  // Details of a failure: lines, and the first of them that adds to the error itself.
  struct Findings {
    std::string lines{}, first{};
  };
  Findings examine_and_stop(const AppContainer& container);
  void info(const std::string& message) { context_.output.log(sshkit::Severity::info, message); }

  Context& context_;
  sshkit::Remote& remote_;
  const config::Role& role_;
  const Version& version_;
  Barrier& barrier_;
  BootJournal& journal_;
  SwitchedContainers& switched_;
  EnvUpload env_upload_;
  commands::App app_;
  RunningVersion running_;
  BootRecord record_;
};

}  // namespace kamal::cli
