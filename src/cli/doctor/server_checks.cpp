#include "cli/doctor/server_checks.h"

#include <fmt/format.h>

#include <mutex>

#include "cli/doctor/local_checks.h"
#include "cli/failures.h"
#include "cli/lock/lock_hosts.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/doctor.h"
#include "kamal/commands/status.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Step;
using sshkit::StepResult;
using Stage = sshkit::ConnectionError::Stage;

constexpr std::chrono::seconds slow_login = 5s, long_lock = 1h;

std::vector<std::pair<ServerQuery, Command>> queries_for_doctor(const Context& context, const Host& host) {
  return {{ServerQuery::clock, commands::seconds_since_epoch()},
          {ServerQuery::machine, commands::machine_type()},
          {ServerQuery::emulators, commands::list_emulators()},
          {ServerQuery::memory, commands::memory_information()},
          {ServerQuery::shell, commands::probe_login_shell()},
          {ServerQuery::listeners, commands::list_listeners()},
          {ServerQuery::boot_options, commands::proxy_boot_options(context.config, host)},
          {ServerQuery::docker, commands::docker_version()},
          {ServerQuery::storage, commands::docker_storage(context.config)},
          {ServerQuery::containers,
           question(commands::if_docker_answers(commands::describe_host(context.config, host)))},
          {ServerQuery::logs, commands::log_limits(context.config, host)},
          {ServerQuery::registry, commands::probe_registry(context.config)}};
}

Step step_of(ServerQuery query, const Command& command) {
  Step step = Step::run(command).ignore_failure().debug();
  if (query != ServerQuery::docker) return step;
  return std::move(step).save_as(commands::docker_version_variable);
}

// The local registry, as it is used during a deploy: forwarded to the server.
struct LocalRegistry {
  std::unique_ptr<sshkit::Forward> forward{};
  std::string refusal{};
};

LocalRegistry forward_local_registry(const Context& context, sshkit::Remote& remote) {
  const config::Registry& registry = context.config.registry;
  if (!registry.local()) return {};
  const int port = std::stoi(registry.local_port());
  try {
    return {.forward = remote.server().forward_to_local(port, port)};
  } catch (const sshkit::ConnectionError& error) {
    return {.refusal = error.what()};
  }
}

// Docker's answers of registries that lack the image, or that want a login first.
bool was_refused_by_registry(const StepResult& reply) {
  return says_one_of(reply, {"manifest unknown", "not found", "unauthorized", "denied", "no basic auth",
                             "authentication required"});
}

enum class LocalRegistryState { none, stopped, running };

LocalRegistryState find_local_registry(Context& context) {
  if (!context.config.registry.local()) return LocalRegistryState::none;
  const StepResult names = ask_here(context.local, commands::local_registry_container());
  return names.text().empty() ? LocalRegistryState::stopped : LocalRegistryState::running;
}

Check check_registry(const Context& context, const ServerReplies& replies, const LocalRegistry& local,
                     LocalRegistryState state) {
  const std::string name = "registry";
  if (!local.refusal.empty())
    return problem(name, local.refusal, "set AllowTcpForwarding yes in sshd_config, and free the port");
  if (state == LocalRegistryState::stopped) return ok(name, "the tunnel opens; a deploy starts the registry");
  if (const std::string fault = docker_fault(replies, context.output); !fault.empty())
    return unknown(name, fault);
  const StepResult& reply = replies.of(ServerQuery::registry);
  const std::string server = context.config.registry.server.value_or("Docker Hub");
  if (reply.ok() || was_refused_by_registry(reply)) return ok(name, server + " is reachable");
  if (reply.status == commands::timed_out)
    return problem(name, server + ": no response within 15s",
                   kamal_command(context.options, "registry login -L"));
  const std::string reason = reason_of_query(reply, "docker pull", context.output);
  if (local.forward)
    return problem(name, fmt::format("{} through the tunnel: {}", server, reason),
                   kamal_command(context.options, "registry setup"));
  return problem(name, fmt::format("{}: {}", server, reason),
                 kamal_command(context.options, "registry login -L"));
}

Check check_lock(Context& context, const Host& host, std::span<const StepResult> replies) {
  try {
    const std::optional<HeldLock> held = parse_lock(context, host, replies);
    if (!held) return ok("lock", "free");
    const auto now = context.effects.clock.now();
    const std::string what = "held" + held->summary(now).substr(std::string("Held").size());
    const std::string release = kamal_command(context.options, "lock release");
    const HeldLock::Parts parts = held->parts();
    if (held->is_abandoned()) return problem("lock", what + " (that process was killed)", release);
    const bool is_old = parts.since && now - *parts.since > long_lock;
    return warning("lock", what, is_old || held->acquired_manually() ? release : "wait, or " + release);
  } catch (const sshkit::CommandFailed& failure) {
    return unknown("lock", reason_of(failure));
  }
}

Checks check_login(const ServerReplies& replies) {
  const double seconds = std::chrono::duration<double>(replies.login).count();
  const std::string took = replies.login < 1s ? "in under 1s" : fmt::format("in {:.1f}s", seconds);
  return {
      ok("reachable"), ok("host-key"),
      replies.login < slow_login
          ? ok("login", took)
          : warning("login", took, "set UseDNS no in sshd_config, and check the account's startup files")};
}

// The part of ssh-keygen -R: HOST, or [HOST]:PORT.
std::string known_hosts_name(const Context& context, const Host& host) {
  const int port = context.config.ssh.port;
  return port == 22 ? host.str() : fmt::format("[{}]:{}", host.str(), port);
}

std::string ssh_command(const Context& context, const Host& host) {
  const config::SshOptions& ssh = context.config.ssh;
  const bool names_user = host.str().find('@') != std::string::npos;
  return fmt::format("ssh -v -p {} {}{}", ssh.port, names_user ? "" : ssh.user + "@", host.str());
}

Checks check_failed_connection(const Context& context, const sshkit::HostFailure& failure, Stage stage) {
  const std::string reason = reason_of_host(failure), ssh = ssh_command(context, failure.host);
  if (stage == Stage::host_key)
    return {ok("reachable"), problem("host-key", reason,
                                     fmt::format("ssh-keygen -R '{}' (if the server was rebuilt)",
                                                 known_hosts_name(context, failure.host)))};
  if (stage == Stage::login) return {ok("reachable"), ok("host-key"), problem("login", reason, ssh)};
  return {problem("reachable", reason, ssh)};
}

Checks check_failure(const Context& context, const sshkit::HostFailure& failure) {
  try {
    std::rethrow_exception(failure.cause);
  } catch (const sshkit::ConnectionError& error) {
    Checks checks = check_failed_connection(context, failure, error.stage);
    checks.push_back(unknown("servers", "not asked, since the login failed"));
    return checks;
  } catch (const std::exception& error) {
    return {ok("reachable"), unknown("servers", reason_of(error))};
  }
}

// Asks all hosts at once.
class Examination {
 public:
  explicit Examination(Context& context)
      : context_(context),
        lock_hosts_(possible_lock_hosts(context)),
        hosts_(context.selection().hosts()),
        local_registry_(find_local_registry(context)),
        start_(context.effects.clock.ticks()) {
    for (const Host& host : lock_hosts_) add_once(hosts_, host);
  }

  Checks run() {
    try {
      context_.servers.on(hosts_, [this](sshkit::Remote& remote) { keep(remote.host(), ask(remote)); });
    } catch (const sshkit::ExecuteError& error) {
      for (const sshkit::HostFailure& failure : error.failures())
        keep(failure.host, check_failure(context_, failure));
    }
    Checks checks;
    for (const Host& host : hosts_) {
      for (Check& check : of_hosts_[host]) {
        check.host = host;
        checks.push_back(std::move(check));
      }
    }
    return checks;
  }

 private:
  Checks ask(sshkit::Remote& remote) {
    ServerReplies replies{.host = remote.host()};
    replies.login =
        std::chrono::duration_cast<std::chrono::milliseconds>(context_.effects.clock.ticks() - start_);
    const LocalRegistry local = forward_local_registry(context_, remote);
    sshkit::Steps steps;
    std::vector<std::pair<ServerQuery, Command>> queries;
    if (contains(context_.selection().hosts(), remote.host()))
      queries = queries_for_doctor(context_, remote.host());
    for (const auto& [query, command] : queries) steps.push_back(step_of(query, command));
    const bool keeps_lock = contains(lock_hosts_, remote.host());
    if (keeps_lock) add_lock_queries(steps);
    replies.asked = context_.effects.clock.now();
    const std::vector<StepResult> results = remote.run(steps, [&](size_t index, const StepResult&) {
      if (index == 0) replies.clock_replied = context_.effects.clock.now();
    });
    for (size_t i = 0; i < queries.size(); ++i) replies.by_query.emplace(queries[i].first, results[i]);
    // One host at a time: libstdc++'s locale caches without a lock what compiling a regex looks up.
    const std::lock_guard lock(judging_);
    Checks checks = check_login(replies);
    if (!queries.empty()) {
      add_all(checks, judge_system(context_, replies));
      add_all(checks, judge_docker(context_, replies));
      checks.push_back(check_registry(context_, replies, local, local_registry_));
    }
    if (keeps_lock)
      checks.push_back(check_lock(context_, remote.host(), std::span(results).subspan(queries.size())));
    return checks;
  }

  void add_lock_queries(sshkit::Steps& steps) const {
    for (Step& step : lock_queries(context_.config)) steps.push_back(std::move(step));
  }

  void keep(const Host& host, Checks checks) {
    const std::lock_guard lock(mutex_);
    of_hosts_[host] = std::move(checks);
  }

  Context& context_;
  const std::vector<Host> lock_hosts_;
  std::vector<Host> hosts_;
  const LocalRegistryState local_registry_;
  const std::chrono::steady_clock::time_point start_;
  std::mutex judging_, mutex_;
  std::map<Host, Checks> of_hosts_;
};

}  // namespace

Checks check_servers(Context& context) {
  try {
    context.servers.pre_connect();
    return Examination(context).run();
  } catch (const Error& failure) {
    return {problem("pre-connect", reason_of(failure), ""),
            unknown("servers", "the pre-connect hook failed")};
  } catch (const ConfigurationError& error) {
    return {problem("pre-connect", printable(first_line(error.what())), ""),
            unknown("servers", "not asked, since the connections can't be prepared")};
  }
}

}  // namespace kamal::cli
