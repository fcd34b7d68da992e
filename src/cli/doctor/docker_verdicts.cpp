#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "cli/app/fleet.h"
#include "cli/doctor/local_checks.h"
#include "cli/doctor/server_checks.h"
#include "cli/failures.h"
#include "cli/output/table.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using sshkit::StepResult;

constexpr uint64_t min_free_disk = uint64_t{256} << 20, enough_free_disk = uint64_t{2} << 30;
constexpr int many_restarts = 5;
constexpr const char* oldest_docker = "20.10";

bool lacks_docker(const StepResult& reply) { return reply.status == program_not_found; }
bool refuses_docker(const StepResult& reply) { return says_one_of(reply, {"permission denied"}); }

Checks check_docker(const ServerReplies& replies, const sshkit::Output& output,
                    const std::string& bootstrap) {
  const StepResult& reply = replies.of(ServerQuery::docker);
  if (lacks_docker(reply)) return {problem("docker", "not installed", bootstrap)};
  Checks checks = {ok("docker")};
  const std::string fault = docker_fault(replies, output);
  if (refuses_docker(reply)) {
    checks.push_back(problem("docker-access", "this account can't use docker without sudo", bootstrap));
  } else if (!reply.ok()) {
    checks.push_back(problem("docker-running", fault, "sudo systemctl restart docker (on the server)"));
  } else {
    const std::string version = printable(reply.text());
    add_all(
        checks,
        {ok("docker-access"), ok("docker-running"),
         older_version(version, oldest_docker)
             ? warning("docker-version",
                       fmt::format("{} is older than {} and no longer maintained", version, oldest_docker),
                       "update it: https://docs.docker.com/engine/install/")
             : ok("docker-version", version)});
  }
  return checks;
}

// A line of df: total, used, available.
struct DiskSpace {
  uint64_t total = 0, available = 0;
};

std::vector<DiskSpace> parse_df(const std::string& text) {
  static const std::regex line(R"(\s(\d+)\s+(\d+)\s+(\d+)\s+(\d+%|-)\s)");
  std::vector<DiskSpace> found;
  for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end; ++it)
    found.push_back({std::stoull((*it)[1]), std::stoull((*it)[3])});
  return found;
}

uint64_t image_size(const std::string& text) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(R"(image=(\d+))")) ? std::stoull(found[1]) : 0;
}

Check check_disk(uint64_t available, uint64_t image, const std::string& prune) {
  std::string what = size_text(available) + " free for images";
  if (image > 0) what += fmt::format(", the app's takes {}", size_text(image));
  if (available < std::max(min_free_disk, image)) return problem("disk", what, prune);
  if (available < std::max(enough_free_disk, 3 * image)) return warning("disk", what, prune);
  return ok("disk", what);
}

// File systems such as Btrfs have no limit, and report 0.
Check check_inodes(const DiskSpace& inodes, const std::string& prune) {
  if (inodes.total == 0) return ok("inodes", "no limit");
  const double share = 100.0 * static_cast<double>(inodes.available) / static_cast<double>(inodes.total);
  const std::string what = fmt::format("{:.0f}% free", share);
  if (share < 2) return problem("inodes", what, prune);
  return share < 10 ? warning("inodes", what, prune) : ok("inodes", what);
}

Checks check_storage(const ServerReplies& replies, const std::string& prune) {
  const StepResult& reply = replies.of(ServerQuery::storage);
  const std::vector<DiskSpace> spaces = parse_df(reply.out);
  if (spaces.empty()) return {unknown("disk", "df does not tell"), unknown("inodes", "df does not tell")};
  return {check_disk(spaces[0].available * 1024, image_size(reply.out), prune),
          spaces.size() > 1 ? check_inodes(spaces[1], prune) : unknown("inodes", "df does not tell")};
}

Check check_proxy_version(const std::vector<AppContainer>& containers, const Options& options) {
  const auto proxy = std::ranges::find(containers, Version(commands::proxy_container_name),
                                       &AppContainer::version);  // its whole name
  if (proxy == containers.end()) return ok("proxy-version", "no kamal-proxy yet; the first deploy starts it");
  const std::string version = proxy->image.substr(proxy->image.rfind(':') + 1);
  if (older_version(version, config::minimum_proxy_version))
    return problem("proxy-version",
                   fmt::format("kamal-proxy {} is older than {}", version, config::minimum_proxy_version),
                   kamal_command(options, "proxy reboot"));
  if (!proxy->runs())
    return problem("proxy-version", fmt::format("kamal-proxy {} is {}", version, describe(*proxy)),
                   kamal_command(options, "proxy boot"));
  return ok("proxy-version", version);
}

Checks check_restarts(const std::vector<AppContainer>& containers, const Options& options) {
  Checks checks;
  for (const AppContainer& container : containers) {
    const std::string& name = container.version.str();
    const std::string logs = kamal_command(options, container.role.empty() ? "details" : "app logs");
    if (container.status == "restarting") {
      checks.push_back(
          problem("restarts", fmt::format("{} keeps crashing: {}", name, describe(container)), logs));
    } else if (container.runs() && container.restarts >= many_restarts) {
      checks.push_back(
          warning("restarts", fmt::format("{} was restarted {} times", name, container.restarts), logs));
    }
  }
  if (checks.empty()) checks.push_back(ok("restarts"));
  return checks;
}

// docker keeps all output of a container with this driver, unless it has a limit.
Checks check_logs(const StepResult& reply) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(printable(reply.out))) {
    const std::vector<std::string> fields = split(line, '|');
    const bool is_unlimited = fields.size() == 3 && fields[1] == "json-file" && fields[2].empty();
    if (is_unlimited) names.push_back(fields[0].substr(fields[0].starts_with('/') ? 1 : 0));
  }
  if (names.empty()) return {ok("logs")};
  return {warning("logs", fmt::format("no size limit for the log of {}", to_sentence(names, "and")),
                  "set logging/options/max-size: 10m, and deploy or reboot")};
}

Checks check_containers(const Context& context, const ServerReplies& replies) {
  const StepResult& reply = replies.of(ServerQuery::containers);
  if (!reply.ok()) {
    const std::string why = reason_of_query(reply, "docker inspect", context.output);
    return {unknown("proxy-version", why), unknown("restarts", why), unknown("logs", why)};
  }
  const std::vector<AppContainer> containers = parse_states(printable(reply.out), "");
  Checks checks;
  if (is_proxy_host(context, replies)) checks.push_back(check_proxy_version(containers, context.options));
  add_all(checks, check_restarts(containers, context.options));
  add_all(checks, check_logs(replies.of(ServerQuery::logs)));
  return checks;
}

}  // namespace

bool is_proxy_host(const Context& context, const ServerReplies& replies) {
  return contains(context.selection().proxy_hosts(), replies.host);
}

std::string docker_fault(const ServerReplies& replies, const sshkit::Output& output) {
  const StepResult& reply = replies.of(ServerQuery::docker);
  if (reply.ok()) return "";
  if (lacks_docker(reply)) return "docker is not installed";
  if (reply.status == commands::timed_out) return "docker timed out";
  if (refuses_docker(reply)) return "docker refuses this account";
  return reason_of_query(reply, "docker version", output);
}

Checks judge_docker(const Context& context, const ServerReplies& replies) {
  Checks checks = check_docker(replies, context.output, kamal_command(context.options, "server bootstrap"));
  if (const std::string fault = docker_fault(replies, context.output); !fault.empty()) {
    for (const char* name : {"disk", "inodes", "restarts", "logs"}) checks.push_back(unknown(name, fault));
    if (is_proxy_host(context, replies)) checks.push_back(unknown("proxy-version", fault));
    return checks;
  }
  add_all(checks, check_storage(replies, kamal_command(context.options, "prune all")));
  add_all(checks, check_containers(context, replies));
  return checks;
}

}  // namespace kamal::cli
