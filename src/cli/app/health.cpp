#include "cli/app/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/failures.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Step;
using std::chrono::milliseconds;

constexpr milliseconds between_looks = 1s;
constexpr const char* lines_of_cause = "20";

milliseconds settle_time(const Context& context) {
  if (context.is_dry_run()) return 0ms;
  return context.options.seconds("settle").value_or(context.config.extensions.settle);
}

struct FailedCheck {
  std::string url, error;
};

// kamal-proxy logs one JSON object per line.
std::vector<FailedCheck> failed_checks(std::string_view log) {
  std::vector<FailedCheck> checks;
  for (const std::string& line : lines_of(log)) {
    const nlohmann::json entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || entry.value("msg", "") != "Healthcheck failed") continue;
    checks.push_back({entry.value("url", ""), entry.value("error", "")});
  }
  return checks;
}

// http://0123456789ab:3000/up -> 3000
std::string port_of(const std::string& url) {
  const std::string_view authority = std::string_view(url).substr(std::min(url.size(), url.find("//") + 2));
  const size_t colon = authority.find(':');
  if (colon == std::string_view::npos) return "80";
  return std::string(authority.substr(colon + 1, authority.find('/') - colon - 1));
}

std::string path_of(const std::string& url) {
  const size_t slash = url.find('/', std::min(url.size(), url.find("//") + 2));
  return slash == std::string::npos ? "/" : url.substr(slash);
}

// The number in `unexpected status (NUMBER)`.
std::optional<int> status_of(const std::string& error) {
  constexpr std::string_view phrase = "unexpected status (";
  const size_t at = error.find(phrase);
  if (at == std::string::npos) return std::nullopt;
  return parse_integer<int>(error.substr(at + phrase.size(), 3));
}

std::string hint(int status, const std::string& path) {
  if (status >= 300 && status < 400)
    return fmt::format(", a redirect: serve {} without one, or set proxy/healthcheck/path", path);
  if (status == 404) return fmt::format(": does the app serve {}? See proxy/healthcheck/path", path);
  if (status == 400 || status == 401 || status == 403)
    return fmt::format(": the app denies kamal-proxy access to {} (host check or login?)", path);
  return "";
}

std::string reason(const FailedCheck& check) {
  const std::string path = path_of(check.url);
  if (const auto status = status_of(check.error))
    return fmt::format("{} returned status {}{}", path, *status, hint(*status, path));
  if (check.error.find("connection refused") != std::string::npos) {
    return fmt::format("connection refused on port {0}: is the app listening on {0}? See proxy/app_port",
                       port_of(check.url));
  }
  if (check.error.find("timed out") != std::string::npos)
    return fmt::format("{} timed out: see proxy/healthcheck/timeout", path);
  if (check.error.find("no such host") != std::string::npos) return "the container was gone";
  return check.error;
}

// Watches the roles of one host.
class Watch {
 public:
  Watch(Context& context, sshkit::Remote& remote, const Version& version, const SwitchedContainers& switched)
      : context_(context),
        remote_(remote),
        version_(version),
        switched_(switched),
        roles_(context.selection().roles_on(remote.host())) {}

  void run(milliseconds time) {
    const auto deadline = context_.effects.clock.ticks() + time;
    while (true) {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - context_.effects.clock.ticks());
      if (left.count() <= 0) return;
      context_.pause(std::min(left, between_looks));
      const std::vector<AppContainer> now = look();
      for (size_t i = 0; i < roles_.size(); ++i) check(*roles_[i], now[i]);
    }
  }

 private:
  std::vector<AppContainer> look() {
    std::vector<AppContainer> containers;
    for (const RoleState& state : inspect_roles(context_, remote_, roles_)) {
      const AppContainer* const found = state.find(version_);
      containers.push_back(found ? *found : AppContainer{.version = version_, .status = "gone"});
    }
    return containers;
  }

  bool has_restarted(const config::Role& role, const AppContainer& now) const {
    const std::optional<AppContainer> first = switched_.find({remote_.host(), role.name});
    return first && (now.restarts > first->restarts || now.started_at != first->started_at);
  }

  void check(const config::Role& role, const AppContainer& now) {
    if (now.status != "running" || has_restarted(role, now) || now.health == "unhealthy")
      fail(role, describe(now));
    if (!role.running_proxy()) return;
    const commands::App app(context_.config, version_, role, remote_.host());
    const std::string state =
        remote_.capture(app.proxy_health_of(now.id), sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
    if (state.find("\"state\":\"unhealthy\"") != std::string::npos)
      fail(role, "kamal-proxy reports it as unhealthy");
  }

  [[noreturn]] void fail(const config::Role& role, const std::string& what) {
    const commands::App app(context_.config, version_, role, remote_.host());
    commands::LogOptions logs;
    logs.version = version_;
    logs.lines = lines_of_cause;
    const std::string text = context_.output.readable(
        remote_.capture(app.logs(logs), sshkit::OnFailure::ignore, sshkit::LogLevel::debug));
    throw Error(ErrorKind::healthcheck, fmt::format("{} did not stay up: {}{}", app.container_name(), what,
                                                    text.empty() ? "" : "\n" + last_lines_text(text)));
  }

  Context& context_;
  sshkit::Remote& remote_;
  const Version& version_;
  const SwitchedContainers& switched_;
  std::vector<const config::Role*> roles_;
};

}  // namespace

std::string health_report(std::string_view log) {
  std::vector<std::pair<std::string, int>> counts;
  for (const FailedCheck& check : failed_checks(log)) {
    const std::string text = reason(check);
    const auto known =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == text; });
    if (known == counts.end()) {
      counts.emplace_back(text, 1);
    } else {
      ++known->second;
    }
  }
  std::vector<std::string> lines;
  lines.reserve(counts.size());
  for (const auto& [text, count] : counts)
    lines.push_back(fmt::format("kamal-proxy health check failed{}: {}",
                                count == 1 ? "" : fmt::format(" {} times", count), text));
  return join(lines, "\n");
}

void SwitchedContainers::set(const Place& place, const AppContainer& container) {
  const std::lock_guard lock(mutex_);
  containers_[place] = container;
}

std::optional<AppContainer> SwitchedContainers::find(const Place& place) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(place);
  return found == containers_.end() ? std::nullopt : std::optional(found->second);
}

bool settles(const Context& context) { return settle_time(context).count() > 0; }

void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions,
            const SwitchedContainers& switched) {
  if (!settles(context)) return;
  const milliseconds time = settle_time(context);
  context.say(fmt::format("Watching the new containers for {} seconds...",
                          std::chrono::duration<double>(time).count()));
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    const auto wait = context.wait("watching the new containers on " + remote.host().str());
    Watch(context, remote, versions.on(remote.host()), switched).run(time);
  });
}

}  // namespace kamal::cli
