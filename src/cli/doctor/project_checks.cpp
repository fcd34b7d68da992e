#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/doctor/local_checks.h"
#include "cli/hooks.h"
#include "cli/selection.h"
#include "kamal/commands/doctor.h"
#include "kamal/support/files.h"
#include "kamal/support/name_lookup.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

namespace kamal::cli {
namespace {

namespace fs = std::filesystem;

// Ports of EXPOSE instructions, of all stages: 3000/tcp is 3000. Nothing if one of them is a variable.
std::optional<std::vector<std::string>> exposed_ports(const std::string& dockerfile) {
  std::vector<std::string> ports;
  for (const std::string& line : lines_of(dockerfile)) {
    const std::vector<std::string> words = split(replace_all(strip(line), "\t", " "), ' ');
    if (lower(words.front()) != "expose") continue;
    for (size_t i = 1; i < words.size() && !words[i].starts_with('#'); ++i) {
      if (words[i].find('$') != std::string::npos) return std::nullopt;
      if (!words[i].empty()) ports.push_back(words[i].substr(0, words[i].find('/')));
    }
  }
  return ports;
}

// The ports that kamal-proxy sends the app's requests to.
std::vector<std::string> app_ports(const config::Configuration& config) {
  std::vector<std::string> ports;
  for (const config::Role& role : config.roles) {
    if (role.proxy) add_once(ports, role.proxy->app_port);
  }
  return ports;
}

Checks check_app_ports(const config::Configuration& config, const std::string& dockerfile) {
  const std::vector<std::string> wanted = app_ports(config);
  if (wanted.empty()) return {};
  const auto exposed = exposed_ports(read_file(dockerfile));
  if (!exposed) return {unknown("app-port", fmt::format("{} has an EXPOSE with a variable", dockerfile))};
  if (exposed->empty()) return {ok("app-port", join(wanted, ", ") + " (no EXPOSE to compare with)")};
  for (const std::string& port : wanted) {
    if (contains(*exposed, port)) continue;
    return {
        warning("app-port",
                fmt::format("kamal-proxy sends requests to port {} (proxy/app_port), but {} has EXPOSE {}",
                            port, dockerfile, join(*exposed, " ")),
                "set proxy/app_port to " + exposed->front())};
  }
  return {ok("app-port", join(wanted, ", "))};
}

Checks check_dockerfile(const config::Configuration& config, const EnvironmentMap& environment) {
  const std::string file = expand_home(config.builder.dockerfile, environment);
  if (config.builder.pack) return {};
  if (!fs::exists(file))
    return {problem("dockerfile", fmt::format("no {} in {}", file, fs::current_path().string()),
                    "add one, or set builder/dockerfile")};
  Checks checks = {ok("dockerfile", file)};
  add_all(checks, check_app_ports(config, file));
  return checks;
}

// docker reads DOCKERFILE.dockerignore instead, if there is one.
Check check_dockerignore(const config::Configuration& config) {
  const std::string directory = config.builder.context_or_default();
  const bool exists = fs::exists(fs::path(directory) / ".dockerignore") ||
                      fs::exists(config.builder.dockerfile + ".dockerignore");
  if (exists) return ok("dockerignore");
  return warning("dockerignore", "no .dockerignore, so all files end up in the image, .git included",
                 "printf '.git\\n.kamal\\nnode_modules\\n' > .dockerignore");
}

Checks misspelled_hooks(const config::Configuration& config) {
  Checks checks;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(config.hooks_path, none)) {
    const std::string name = entry.path().filename().string();
    const std::string hint = did_you_mean(name, hook_names());
    if (contains(hook_names(), name) || name.ends_with(".sample") || hint.empty()) continue;
    checks.push_back(warning("hooks", fmt::format("{} never runs: {}", name, hint),
                             fmt::format("rename {}/{}", config.hooks_path, name)));
  }
  return checks;
}

Checks check_hook_files(const config::Configuration& config, const EnvironmentMap& environment) {
  Checks checks;
  for (const HookObstacle& found : find_hook_obstacles(config, environment, hook_names()))
    checks.push_back(problem("hooks", fmt::format("{} cannot run: {}", found.hook, found.reason), found.fix));
  add_all(checks, misspelled_hooks(config));
  if (!checks.empty()) return checks;
  std::vector<std::string> present;
  for (const std::string& name : hook_names()) {
    if (fs::exists(fs::path(config.hooks_path) / name)) present.push_back(name);
  }
  return {ok("hooks", present.empty() ? "none" : join(present, ", "))};
}

bool is_rails() { return fs::exists("config/application.rb"); }

// What a hostname of kamal-proxy leads to.
struct ProxiedName {
  std::string name{};
  std::vector<Host> hosts{};  // the servers that answer for it
};

void add_names(std::vector<ProxiedName>& names, const config::Proxy& proxy, const std::vector<Host>& hosts) {
  for (const std::string& name : proxy.hosts) {
    if (!is_public_name(name)) continue;
    auto known = std::ranges::find(names, name, &ProxiedName::name);
    if (known == names.end()) known = names.insert(names.end(), {.name = name});
    for (const Host& host : hosts) add_once(known->hosts, host);
  }
}

std::vector<ProxiedName> proxied_names(const config::Configuration& config) {
  std::vector<ProxiedName> names;
  for (const config::Role& role : config.roles) {
    if (role.proxy) add_names(names, *role.proxy, role.host_names());
  }
  for (const config::Accessory& accessory : config.accessories) {
    if (accessory.proxy) add_names(names, *accessory.proxy, accessory.hosts);
  }
  return names;
}

using Replies = std::map<std::string, sshkit::StepResult>;

// The first column; each address comes once per kind of socket.
std::vector<std::string> addresses_of(const std::string& name, const Replies& replies) {
  if (is_ipv4_address(name) || is_ipv6_address(name)) return {name};
  std::vector<std::string> found;
  for (const std::string& line : lines_of(replies.at(name).out))
    add_once(found, line.substr(0, line.find(' ')));
  return found;
}

Check check_name(const ProxiedName& proxied, const Replies& replies) {
  const std::string& name = proxied.name;
  const std::vector<std::string> found = addresses_of(name, replies);
  const std::string first_host = proxied.hosts.front().str();
  if (replies.at(name).status == sshkit::Local::timed_out)
    return unknown("dns", name + ": the lookup timed out");
  if (found.empty())
    return problem("dns", name + " does not resolve",
                   fmt::format("add an A record for {} that points at {}", name, first_host));
  std::vector<std::string> servers;
  for (const Host& host : proxied.hosts) {
    for (const std::string& address : addresses_of(host.str(), replies)) servers.push_back(address);
  }
  if (servers.empty())
    return unknown("dns",
                   fmt::format("{} is {}, but {} has no address in DNS", name, found.front(), first_host));
  for (const std::string& address : servers) {
    if (contains(found, address)) return ok("dns", fmt::format("{} is {}", name, address));
  }
  return warning("dns",
                 fmt::format("{} is {}, which is not {} (fine behind a load balancer or CDN)", name,
                             join(found, ", "), joined(proxied.hosts, " or ")),
                 fmt::format("point {} at {}", name, first_host));
}

}  // namespace

bool is_public_name(const std::string& name) {
  return !is_ipv4_address(name) && !is_ipv6_address(name) && name.find('*') == std::string::npos &&
         name != "localhost" && !name.ends_with(".localhost") && name.find('.') != std::string::npos;
}

Checks check_files(const config::Configuration& config, const EnvironmentMap& environment) {
  Checks checks = check_dockerfile(config, environment);
  if (!config.builder.pack) checks.push_back(check_dockerignore(config));
  add_all(checks, check_hook_files(config, environment));
  return checks;
}

Checks check_proxies(const config::Configuration& config) {
  Checks checks;
  for (const config::Role& role : config.roles) {
    if (!role.proxy) continue;
    const std::string name = "role " + role.name.str();
    const auto& path = role.proxy->healthcheck_path;
    if (path || is_rails()) {
      checks.push_back(ok(
          "healthcheck", fmt::format("{}: {} on port {}", name, path.value_or("/up"), role.proxy->app_port)));
    } else {
      checks.push_back(warning(
          "healthcheck",
          fmt::format("{}: no path is set, so a deploy fails unless /up responds with status 200", name),
          "set proxy/healthcheck/path"));
    }
  }
  return checks;
}

Checks check_dns(Context& context) {
  const std::vector<ProxiedName> proxied = proxied_names(context.config);
  std::vector<std::string> names;
  for (const ProxiedName& one : proxied) {
    add_once(names, one.name);
    for (const Host& host : one.hosts) add_once(names, host.str());
  }
  const Replies replies = ask_about(context.local, names, commands::resolve_name);
  return mapped(proxied, [&](const ProxiedName& one) { return check_name(one, replies); });
}

}  // namespace kamal::cli
