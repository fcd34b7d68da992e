#include "cli/app/boot_journal.h"

#include <fmt/format.h>

#include "cli/app/role_boot.h"
#include "cli/proxy/boot.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/support/interruption.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Severity;
using sshkit::Step;
using sshkit::Steps;

// The interrupted docker command may still create and start its container a little later.
constexpr auto between_rounds = 300ms;
constexpr int rounds_without_findings = 2;
constexpr int max_rounds = 12;

// Behind kamal-proxy it serves nobody, and may be switched to as long as it runs. A worker may be at work.
std::chrono::seconds stop_grace(const config::Role& role) { return role.running_proxy() ? 0s : 5s; }

commands::App app_of(const Context& context, const BootRecord& boot, const Version& version) {
  return {context.config, version, *boot.role, boot.host};
}

// The new container. Until the old one is renamed to make room, the name is the old one's.
const AppContainer* new_container(const BootRecord& boot, const RoleState& state) {
  const bool has_old_name = boot.renamed_to && !state.find(*boot.renamed_to);
  return has_old_name ? nullptr : state.find(boot.version);
}

bool is_target(const BootRecord& boot, const RoleState& state) {
  return boot.role->running_proxy() && state.target == boot.version && new_container(boot, state);
}

// The remaining steps to get back to where the boot began. Any of them may turn out to be done already, which
// the next inspection shows.
Steps undo_steps(const Context& context, const BootRecord& boot, const RoleState& state) {
  const commands::App app = app_of(context, boot, boot.version);
  const AppContainer* const fresh = new_container(boot, state);
  const AppContainer* const replaced = state.find(boot.renamed_to);
  const AppContainer* const old = state.find(boot.old);
  Steps steps;
  const auto add = [&](Command command) { steps.push_back(Step::run(std::move(command)).ignore_failure()); };
  if (fresh && fresh->runs()) {
    // Removed later, since kamal-proxy may switch to it until it has stopped.
    add(app.stop_within(stop_grace(*boot.role), boot.version));
    return steps;
  }
  if (replaced) {
    if (fresh) add(app.remove_container(boot.version));
    add(app.rename_container(*boot.renamed_to, boot.version));
  }
  if (old && !old->runs()) add(app.start(old == replaced ? boot.version : *boot.old));
  return steps;
}

class Undo {
 public:
  Undo(Context& context, BootJournal& journal, const BootRecord& boot)
      : context_(context), journal_(journal), boot_(boot), app_(app_of(context, boot, boot.version)) {}

  void run(sshkit::Remote& remote) {
    if (boot_.progress == BootRecord::Progress::serving)
      return finish(remote, inspect_roles(context_, remote, *boot_.role));
    int clean = 0;
    for (int round = 0; round < max_rounds && clean < rounds_without_findings; ++round) {
      if (round > 0) context_.effects.clock.sleep(between_rounds);
      const RoleState state = inspect_roles(context_, remote, *boot_.role);
      if (!state.target_known) throw std::runtime_error("kamal-proxy did not report which container it uses");
      const AppContainer* const fresh = new_container(boot_, state);
      if (is_target(boot_, state)) {
        if (fresh->runs()) return finish(remote, state);
        serve_again(remote, state);  // it became the target while it was stopped
        continue;
      }
      const Steps steps = undo_steps(context_, boot_, state);
      // Docker may still start it.
      const bool pending = fresh && fresh->status == "created";
      clean = steps.empty() && !pending ? clean + 1 : 0;
      left_ = !steps.empty();
      changed_ = changed_ || left_;
      remember_failure(remote.run(steps));
    }
    if (left_) throw std::runtime_error(failure_);
    if (changed_) info(fmt::format("Undid the interrupted boot of {}", boot_.text()));
  }

 private:
  // Too late to undo. Docker stops the old container even if kamal does not wait for it.
  void finish(sshkit::Remote& remote, const RoleState& state) {
    journal_.set(boot_.place(), BootRecord::Progress::done);
    info(fmt::format("{} already runs {}; keeping it", boot_.text(), boot_.version.str()));
    const AppContainer* const old = state.find(boot_.old);
    if (!old || !old->runs()) return;
    try {
      remote.run({Step::run(app_.stop(*boot_.old)).ignore_failure()});
    } catch (const Interrupted&) {
    }
  }

  void serve_again(sshkit::Remote& remote, const RoleState& state) {
    const AppContainer* const old = state.find(boot_.old);
    Steps steps;
    if (old && old->runs()) {
      add_registration(steps, app_of(context_, boot_, *boot_.old), *boot_.old, *boot_.role, boot_.host);
    } else {
      steps.push_back(Step::run(app_.start(boot_.version)));
    }
    remote.run(steps);
  }

  void remember_failure(const std::vector<sshkit::StepResult>& results) {
    for (const sshkit::StepResult& result : results) {
      if (!result.ok()) failure_ = strip(result.err);
    }
  }

  void info(const std::string& text) { context_.output.log(Severity::info, text); }

  Context& context_;
  BootJournal& journal_;
  const BootRecord& boot_;
  commands::App app_;
  bool changed_ = false, left_ = false;
  std::string failure_ = "docker did not complete it";
};

// Runs the work for every boot, hosts in parallel, and reports each failure. Returns the others.
std::vector<BootRecord> on_each_boot(Context& context, const std::vector<BootRecord>& boots,
                                     std::string_view what,
                                     const std::function<void(sshkit::Remote&, const BootRecord&)>& work) {
  std::mutex mutex;
  std::map<Place, std::string> failed;
  for (const BootRecord& boot : boots) failed.emplace(boot.place(), "timed out");
  std::vector<sshkit::Executor::Task> tasks;
  for (const BootRecord& boot : boots) {
    tasks.push_back({boot.host, [&](sshkit::Remote& remote) {
                       std::optional<std::string> reason;
                       try {
                         work(remote, boot);
                       } catch (const Interrupted&) {
                         throw;
                       } catch (const std::exception& error) {
                         reason = error.what();
                       }
                       const std::lock_guard lock(mutex);
                       if (reason) {
                         failed[boot.place()] = *reason;
                       } else {
                         failed.erase(boot.place());
                       }
                     }});
  }
  try {
    context.servers.on_each(tasks);
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& failure : error.failures()) {
      for (auto& [place, reason] : failed) {
        if (place.first == failure.host) reason = failure.message;
      }
    }
  } catch (const Interrupted&) {  // out of time: unfinished ones are reported
  }
  for (const auto& [place, reason] : failed) {
    context.output.log(Severity::error, fmt::format("Could not {} {} on {}: {}", what, place.second.str(),
                                                    place.first.str(), reason));
  }
  std::vector<BootRecord> done = boots;
  std::erase_if(done, [&](const BootRecord& boot) { return failed.contains(boot.place()); });
  return done;
}

// The old version's assets and error pages were removed when the new one served.
void add_files_of(Steps& steps, const Context& context, const BootRecord& boot, const Version& version) {
  const commands::App app = app_of(context, boot, version);
  if (boot.role->assets()) add_assets(steps, app);
  ErrorPages(context.config).add_to(steps, app);
}

void roll_back(Context& context, sshkit::Remote& remote, const BootRecord& boot) {
  const Version& container = boot.old.value();
  const bool same_version = container == boot.renamed_to;
  const Version version = without_replaced(container);
  const commands::App app = app_of(context, boot, version);
  const std::string line = fmt::format("Rolling back {} to {}", boot.text(), version.str());
  context.output.log(Severity::info, line);
  Steps steps = {context.audit(line, boot.role)};
  if (!same_version) add_files_of(steps, context, boot, version);
  steps.push_back(Step::run(app.start(container)));
  if (boot.role->running_proxy()) add_registration(steps, app, container, *boot.role, boot.host);
  steps.push_back(Step::run(app.stop(boot.version)).ignore_failure());
  steps.push_back(
      Step::run(app.tag_latest_image()).ignore_failure());  // some hosts may have tagged the new one
  if (same_version) {
    steps.push_back(Step::run(app.remove_container(boot.version)));
    steps.push_back(Step::run(app.rename_container(container, version)));
  }
  remote.run(steps);
}

}  // namespace

std::string BootRecord::text() const { return fmt::format("{} on {}", role->name.str(), host.str()); }

void BootJournal::record(const BootRecord& record) {
  const std::lock_guard lock(mutex_);
  records_[record.place()] = record;
}

void BootJournal::set(const Place& place, BootRecord::Progress progress) {
  const std::lock_guard lock(mutex_);
  records_.at(place).progress = progress;
}

std::vector<BootRecord> BootJournal::unfinished() const { return all_but(BootRecord::Progress::done); }

std::vector<BootRecord> BootJournal::switched() const { return all_but(BootRecord::Progress::begun); }

std::vector<BootRecord> BootJournal::all_but(BootRecord::Progress progress) const {
  const std::lock_guard lock(mutex_);
  std::vector<BootRecord> boots;
  for (const auto& [place, boot] : records_) {
    if (boot.progress != progress) boots.push_back(boot);
  }
  return boots;
}

void undo_unfinished_boots(Context& context, BootJournal& journal) {
  const std::vector<BootRecord> boots = journal.unfinished();
  if (boots.empty()) return;
  const CleanUp clean_up(context.effects.interruption, context.time_to_clean_up());
  on_each_boot(context, boots, "undo the boot of", [&](sshkit::Remote& remote, const BootRecord& boot) {
    Undo(context, journal, boot).run(remote);
  });
}

void roll_back_switched_boots(Context& context, const BootJournal& journal) {
  std::vector<BootRecord> boots = journal.switched();
  std::erase_if(boots, [](const BootRecord& boot) { return !boot.old; });
  if (boots.empty()) return;
  const CleanUp clean_up(context.effects.interruption);
  const std::vector<BootRecord> rolled_back =
      on_each_boot(context, boots, "roll back",
                   [&](sshkit::Remote& remote, const BootRecord& boot) { roll_back(context, remote, boot); });
  if (rolled_back.empty()) return;
  context.add_recovery(fmt::format("Rolled back {}.", join(mapped(rolled_back, &BootRecord::text), ", ")));
}

}  // namespace kamal::cli
