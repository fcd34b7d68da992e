#include "cli/plan/compare.h"

#include <algorithm>

#include "cli/accessory/accessory.h"
#include "cli/app/env_files.h"
#include "cli/failures.h"
#include "cli/plan/proxy_settings.h"
#include "kamal/commands/base.h"
#include "kamal/commands/status.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using Kind = Difference::Kind;
using Change = Difference::Change;
using Scope = StatusProblem::Scope;

// Docker prefers --env.
void add_env_file(ContainerSettings& wanted, const std::string& text, const NamedValues& given) {
  for (const std::string& line : lines_of(text)) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals);
    if (!given.contains(name)) wanted.env[name] = line.substr(equals + 1);
  }
}

// Variables that `docker run` itself sets.
NamedValues given_env(const std::vector<std::string>& line) { return settings_of_run(line, json()).env; }

// Secrets whose values are unknown are assumed to be the same.
void assume_secrets(ContainerSettings& wanted, const ContainerSettings& actual, const config::Env& env) {
  for (const std::string& entry : env.secret) {
    const std::string name = entry.substr(0, entry.find(':'));
    const auto present = actual.env.find(name);
    wanted.env[name] = present == actual.env.end() ? "" : present->second;
  }
}

// What the image brings is unknown, so nothing is known to be removed.
void forget_removals(Comparison& comparison) {
  std::erase_if(comparison.differences, [](const Difference& one) { return one.change == Change::removed; });
  comparison.not_compared.emplace_back("what is removed (the container's image is gone)");
}

void forget_cmd(Comparison& comparison, const std::optional<std::string>& cmd) {
  if (!cmd || !commands::is_several_commands(Argument::syntax(*cmd))) return;
  std::erase_if(comparison.differences, [](const Difference& one) { return one.kind == Kind::cmd; });
  comparison.not_compared.emplace_back("cmd");
}

void make_readable(Comparison& comparison, const sshkit::Output& output) {
  for (Difference& difference : comparison.differences) {
    for (std::string* text : {&difference.name, &difference.before, &difference.after})
      *text = output.readable(*text);
  }
}

}  // namespace

std::optional<std::string> FleetComparison::env_file(const std::function<std::string()>& read) {
  try {
    return read();
  } catch (const ConfigurationError& error) {
    add_problem({Host(), "secrets were not compared: " + reason_of(error), Scope::detail});
    return std::nullopt;
  }
}

void FleetComparison::add_problem(const StatusProblem& problem) {
  const auto is_same = [&](const StatusProblem& one) {
    return one.host == problem.host && one.reason == problem.reason;
  };
  if (std::ranges::none_of(problems_, is_same)) problems_.push_back(problem);
}

Comparison FleetComparison::container(const Host& host, const AppContainer& container,
                                      const std::vector<std::string>& line, const config::Env* env,
                                      const std::optional<std::string>& env_file) {
  const HostDetails& details = facts_.on(host);
  const json& document = details.container(container.id);
  if (details.known && document.is_null())
    add_problem({host, "a container vanished while it was looked at; run the command again", Scope::detail});
  if (document.is_null() || line.empty()) return {.not_compared = {"anything"}};
  const json& image = details.image(container.image_id);
  ContainerSettings wanted = settings_of_run(line, image);
  const ContainerSettings actual = settings_of_container(document);
  if (env_file) add_env_file(wanted, *env_file, given_env(line));
  if (env && !env_file) assume_secrets(wanted, actual, *env);
  Comparison comparison = compare(wanted, actual);
  if (image.is_null()) forget_removals(comparison);
  make_readable(comparison, context_.output);
  return comparison;
}

void FleetComparison::add_proxy_settings(Comparison& comparison, const Host& host, const std::string& service,
                                         const std::vector<std::string>& line) const {
  const HostDetails& details = facts_.on(host);
  if (!details.proxy_known) {
    comparison.not_compared.emplace_back("proxy");
    return;
  }
  const json& kept = find_proxy_service(details.proxy_state, service);
  if (kept.is_null()) {
    comparison.differences.push_back({Kind::proxy, Change::added, "service", "", service});
    return;
  }
  for (Difference& difference : compare_proxy_settings(line, kept))
    comparison.differences.push_back(std::move(difference));
  make_readable(comparison, context_.output);
}

Comparison FleetComparison::role(const PlaceStatus& place, const config::Role& role) {
  const Version version = without_replaced(place.container->version);
  const HostDetails& details = facts_.on(place.host);
  const config::Env env = context_.config.env_of(role, place.host);
  Comparison result =
      container(place.host, *place.container, details.line(line_of_run(role.name.str()), version), &env,
                env_file([&] { return env_file_of(context_, role, place.host); }));
  forget_cmd(result, role.cmd);
  if (role.running_proxy())
    add_proxy_settings(result, place.host, context_.config.container_prefix(role),
                       details.line(line_of_proxy(role.name.str()), version));
  return result;
}

Comparison FleetComparison::accessory(const PlaceStatus& place, const config::Accessory& accessory) {
  const HostDetails& details = facts_.on(place.host);
  const std::string& service = accessory.service_name;
  Comparison result = container(place.host, *place.container, details.line(line_of_run(service), Version()),
                                &accessory.env, env_file([&] { return env_file_of(context_, accessory); }));
  forget_cmd(result, accessory.cmd);
  if (accessory.running_proxy()) {
    add_proxy_settings(result, place.host, service, details.line(line_of_proxy(service), Version()));
    // Those of the app's version at the time of its boot.
    std::erase_if(result.differences, [](const Difference& one) { return one.name == "error_pages_path"; });
  }
  return result;
}

Comparison FleetComparison::proxy(const ProxyStatus& proxy) {
  if (!context_.config.proxy_run(proxy.host)) return {};
  return container(proxy.host, *proxy.container, facts_.on(proxy.host).line(line_of_proxy_run, Version()),
                   nullptr, std::nullopt);
}

}  // namespace kamal::cli
