#pragma once

#include "cli/app/barrier.h"
#include "cli/app/preparation.h"
#include "cli/context.h"
#include "kamal/commands/app.h"

namespace kamal::cli {

// What all boots of a run share.
struct RoleBootPlan {
  const BootVersions& versions;
  const RunningVersions& running;
  Barrier& barrier;
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
  void wait_for_healthy();
  std::string status();
  void became_healthy();
  void give_up(const std::string& reason);
  void info(const std::string& message) { context_.output.log(sshkit::Severity::info, message); }

  Context& context_;
  sshkit::Remote& remote_;
  const config::Role& role_;
  const Version& version_;
  Barrier& barrier_;
  commands::App app_;
  RunningVersion running_;
};

}  // namespace kamal::cli
