#include "cli/app/role_boot.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/failures.h"
#include "cli/proxy/boot.h"
#include "kamal/commands/server.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;
using sshkit::Step;
using sshkit::Steps;

constexpr size_t replaced_suffix_bytes = 8;
constexpr size_t hostname_suffix_bytes = 6;
constexpr const char* last_lines = "100";

constexpr size_t lines_in_cause = 10;

bool healthy(const std::string& status) { return status == "running" || status == "healthy"; }

std::string with_line_before(const std::string& text) { return text.empty() ? "" : "\n" + text; }

// The last lines of a log, under a heading.
std::string last_of(const std::string& log) {
  if (log.empty()) return "Its log is empty";
  std::vector<std::string> lines = lines_of(log);
  if (lines.size() > lines_in_cause) lines.erase(lines.begin(), lines.end() - lines_in_cause);
  return last_lines_text(join(lines, "\n"));
}

}  // namespace

void add_assets(Steps& steps, const commands::App& app) {
  steps.push_back(Step::run(app.extract_assets()));
  // Saved only if something is running; an empty name is no failure here.
  steps.push_back(Step::run(app.current_running_version()).ignore_failure().save_as("old_version"));
  steps.push_back(Step::run(app.sync_asset_volumes(Version("${old_version}"))));
}

RoleBoot::RoleBoot(Context& context, sshkit::Remote& remote, const config::Role& role,
                   const RoleBootPlan& plan)
    : context_(context),
      remote_(remote),
      role_(role),
      version_(plan.versions.on(remote.host())),
      barrier_(plan.barrier),
      journal_(plan.journal),
      switched_(plan.switched),
      env_upload_(plan.env_upload),
      app_(context.config, version_, role, remote.host()),
      running_(plan.running.at({remote.host(), role.name})),
      record_{.host = remote.host(), .role = &role, .version = version_, .old = running_.version} {}

void RoleBoot::run() {
  if (running_.clashes) rename_clashing_container();
  if (!gatekeeper()) wait_at_barrier();
  start_new_version();
}

void RoleBoot::rename_clashing_container() {
  const Version renamed(
      fmt::format("{}_replaced_{}", version_.str(), context_.effects.random.hex(replaced_suffix_bytes)));
  const std::string line = fmt::format("Renaming container {} to {}", version_.str(), renamed.str());
  info(fmt::format("{} as already deployed on {}", line, remote_.host().str()));
  if (running_.version == version_) running_.version = renamed;
  record_.old = running_.version;
  record_.renamed_to = renamed;
  journal_.record(record_);
  remote_.run({context_.audit(line, &role_), Step::run(app_.rename_container(version_, renamed))});
}

void RoleBoot::wait_at_barrier() {
  const config::Role* const first = context_.selection().primary_role();
  if (!first) return;  // the first selected host runs no role, so nothing would open the barrier
  const std::string primary = first->name.str();
  const std::string here = record_.text();
  info(fmt::format("Waiting for the first healthy {} container before booting {}...", primary, here));
  const auto since = context_.effects.clock.ticks();
  const bool open = barrier_.wait();
  context_.timeline.waited(remote_.host(), context_.effects.clock.ticks() - since);
  if (!open) {
    info(fmt::format("First {} container is unhealthy, not booting {}", primary, here));
    throw HaltedAtBarrier();
  }
  info(fmt::format("First {} container is healthy, booting {}...", primary, here));
}

Steps RoleBoot::start_steps() {
  Steps steps = {context_.audit("Booted app version " + version_.str(), &role_)};
  if (env_upload_ == EnvUpload::done) {
    steps.push_back(Step::run(commands::EnvFile(context_.config, role_, context_.run_id).keep_new()).debug());
  } else {
    steps.push_back(Step::run(app_.ensure_env_directory()));
    steps.push_back(Step::upload(env_file_of(context_, role_, remote_.host()),
                                 context_.config.role_env_path(role_), 0600));
  }
  steps.push_back(Step::run(
      app_.run(commands::App::hostname(remote_.host(), context_.effects.random.hex(hostname_suffix_bytes)))));
  if (role_.running_proxy()) {
    add_registration(steps, app_, version_, role_, remote_.host());
  }
  return steps;
}

Steps RoleBoot::stop_old_steps() const {
  Steps steps;
  if (!running_.version) return steps;
  steps.push_back(Step::run(app_.stop(*running_.version)).ignore_failure());
  if (role_.assets()) steps.push_back(Step::run(app_.clean_up_assets()));
  if (context_.config.error_pages_path) steps.push_back(Step::run(app_.clean_up_error_pages()));
  return steps;
}

// The old container may take long to stop: what becomes of the new one meanwhile counts, too.
Steps RoleBoot::steps_after_switch() const {
  Steps steps;
  if (settles(context_)) steps.push_back(Step::run(app_.list_states()).ignore_failure().debug());
  const Steps stop_old = stop_old_steps();
  steps.insert(steps.end(), stop_old.begin(), stop_old.end());
  return steps;
}

void RoleBoot::finished_after_switch(const Steps& steps, size_t index, const sshkit::StepResult& result) {
  const size_t stop = settles(context_) ? 1 : 0;
  if (index == stop) say_if_old_runs(steps[index], result);
  if (index >= stop) return;
  for (const AppContainer& container :
       parse_states(result.out, context_.config.container_prefix(role_) + "-")) {
    if (container.version == version_) switched_.set(record_.place(), container);
  }
}

// Not a failure, as in Kamal: the new version serves. But two versions are running.
void RoleBoot::say_if_old_runs(const Step& stop, const sshkit::StepResult& result) {
  if (result.ok() || had_nothing_to_stop(result)) return;
  const commands::App old(context_.config, *running_.version, role_, remote_.host());
  context_.output.log(Severity::warn,
                      fmt::format("{} is still running on {}, until the next deploy: {}",
                                  old.container_name(), remote_.host().str(),
                                  reason_of(sshkit::CommandFailed(stop.display(), result, context_.output))));
}

// Behind the proxy, the last start step returns when the new container serves, so stopping the old one is
// part of the same list.
void RoleBoot::start_new_version() {
  Steps steps = start_steps();
  const size_t started = steps.size();
  const Steps after = steps_after_switch();
  if (role_.running_proxy()) steps.insert(steps.end(), after.begin(), after.end());
  journal_.record(record_);
  bool serving = false;
  const auto became_healthy = [&] {
    serving = true;
    open_barrier();
    journal_.set(record_.place(), BootRecord::Progress::serving);
  };
  const auto finished_after = [&](size_t index, const sshkit::StepResult& result) {
    finished_after_switch(after, index, result);
  };
  try {
    remote_.run(steps, [&](size_t index, const sshkit::StepResult& result) {
      if (index + 1 == started && result.ok() && role_.running_proxy()) became_healthy();
      if (index >= started) finished_after(index - started, result);
    });
    if (!role_.running_proxy()) {
      wait_for_healthy();
      became_healthy();
      remote_.run(after, finished_after);
    }
  } catch (const Interrupted&) {
    if (gatekeeper()) barrier_.close();
    throw;
  } catch (const sshkit::ConnectionError& error) {
    if (serving) throw;
    if (!serves_after(error)) {
      stop_before_it_serves();
      give_up(error);
    }
    became_healthy();
    remote_.run(after, finished_after);
  } catch (const std::exception& error) {
    if (!serving) give_up(error);
    throw;
  }
  journal_.set(record_.place(), BootRecord::Progress::done);
}

// The connection broke while kamal-proxy checked the container, so only kamal-proxy knows the outcome. Throws
// if it does not respond: the container may serve.
bool RoleBoot::serves_after(const sshkit::ConnectionError& lost) {
  if (!role_.running_proxy()) return false;
  bool known = false, serves = false;
  try {
    const RoleState state = inspect_roles(context_, remote_, role_);
    known = state.target_known;
    serves = state.target == version_;
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception&) {
  }
  if (known) return serves;
  if (gatekeeper()) barrier_.close();
  throw Error(ErrorKind::boot, fmt::format("{}\nNot stopping {}, which may be serving requests", lost.what(),
                                           app_.container_name()));
}

// kamal-proxy is still waiting for the container, and may switch to it until it has stopped.
void RoleBoot::stop_before_it_serves() {
  if (!role_.running_proxy()) return;
  try {
    remote_.run({Step::run(app_.stop_within(std::chrono::seconds(0), version_)).ignore_failure()});
    if (inspect_roles(context_, remote_, role_).target != version_ || !running_.version) return;
    const commands::App old(context_.config, *running_.version, role_, remote_.host());
    Steps steps;
    add_registration(steps, old, *running_.version, role_, remote_.host());
    remote_.run(steps);
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    context_.output.log(Severity::error, fmt::format("Could not stop {} on {}: {}", app_.container_name(),
                                                     remote_.host().str(), error.what()));
  }
}

std::string RoleBoot::status() {
  return remote_.run({Step::run(app_.status(version_)).pretend("healthy")}).front().text();
}

void RoleBoot::wait_for_healthy() {
  const auto deadline = context_.effects.clock.ticks() + context_.config.deploy_timeout;
  const std::chrono::seconds readiness_delay = context_.config.readiness_delay;
  for (int attempt = 1;; ++attempt) {
    std::string found = status();
    if (found == "running" && readiness_delay.count() > 0) {
      info(fmt::format("Container is running, waiting for readiness delay of {} seconds",
                       readiness_delay.count()));
      const auto wait = context_.wait(fmt::format("waiting for the readiness delay of {}", record_.text()));
      context_.pause(readiness_delay);
      found = status();
    }
    if (healthy(found)) break;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - context_.effects.clock.ticks());
    if (left.count() <= 0) {
      throw Error(ErrorKind::healthcheck, fmt::format("container not ready after {} seconds ({})",
                                                      context_.config.deploy_timeout.count(), found));
    }
    context_.pause(std::min(left, std::chrono::milliseconds(1000 * attempt)));
  }
  info("Container is healthy!");
}

void RoleBoot::open_barrier() {
  if (gatekeeper() && barrier_.open()) {
    info(fmt::format("First {} container is healthy on {}, booting any other roles", role_.name.str(),
                     remote_.host().str()));
  }
}

// Reports why the new container failed, and stops it. The old one keeps serving.
void RoleBoot::give_up(const std::exception& error) {
  const std::string reason = error.what();
  context_.output.log(Severity::error, fmt::format("Failed to boot {}: {}", record_.text(), reason));
  if (gatekeeper() && barrier_.close()) {
    info(fmt::format("First {} container is unhealthy on {}, not booting any other roles", role_.name.str(),
                     remote_.host().str()));
  }
  Findings findings;
  try {
    const RoleState state = inspect_roles(context_, remote_, role_);
    if (const AppContainer* container = state.find(version_)) findings = examine_and_stop(*container);
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    context_.output.log(Severity::error, fmt::format("Could not fetch logs for {} ({}): {}", version_.str(),
                                                     record_.text(), error.what()));
    stop_quietly();
  }
  throw Error(ErrorKind::boot, reason + findings.lines,
              reason_of(error) + (findings.first.empty() ? "" : "; " + findings.first));
}

// The cause of the failure is already known.
void RoleBoot::stop_quietly() {
  try {
    remote_.run({Step::run(app_.stop(version_)).ignore_failure()});
  } catch (const sshkit::ConnectionError&) {
  }
}

RoleBoot::Findings RoleBoot::examine_and_stop(const AppContainer& container) {
  commands::LogOptions logs;
  logs.version = version_;
  logs.lines = last_lines;
  Steps steps = {Step::run(app_.logs(logs)).ignore_failure(),
                 Step::run(app_.container_health_log(version_)).ignore_failure()};
  if (role_.running_proxy())
    steps.push_back(Step::run(app_.proxy_health_checks(container.id)).ignore_failure());
  steps.push_back(Step::run(app_.stop(version_)).ignore_failure());
  const std::vector<sshkit::StepResult> results = remote_.run(steps);
  const auto report = [&](const char* what, const std::string& text) {
    if (text.empty() || text == "null") return;
    context_.output.log(Severity::error,
                        fmt::format("{} of {}:\n{}", what, record_.text(), context_.output.readable(text)));
  };
  report("Status", describe(container));
  report("Last log lines", results[0].text());
  report("Health check output", results[1].text());
  const std::string checks =
      role_.running_proxy() ? health_report(context_.output.readable(results[2].out)) : "";
  const std::string state = fmt::format("container {}: {}", app_.container_name(), describe(container));
  return {fmt::format("{}\n{}\n{}", with_line_before(checks), capitalized(state),
                      last_of(context_.output.readable(results[0].text()))),
          container.runs() ? first_line(checks) : state};
}

bool Barrier::set(bool open) {
  const std::lock_guard lock(mutex_);
  if (open_) return false;
  open_ = open;
  changed_.notify_all();
  return true;
}

bool Barrier::wait() {
  std::unique_lock lock(mutex_);
  // A signal handler can't notify, so this polls.
  while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return open_.has_value(); })) {
    interruption_.check();
  }
  interruption_.check();
  return *open_;
}

}  // namespace kamal::cli
