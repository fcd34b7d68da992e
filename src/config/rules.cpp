#include "config/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::config {
namespace {

constexpr std::array<std::string_view, 3> reserved_labels = {"service", "role", "destination"};

bool is_restart_policy(const std::string& policy) {
  if (policy == "no" || policy == "always" || policy == "unless-stopped" || policy == "on-failure")
    return true;
  constexpr std::string_view counted = "on-failure:";
  return policy.starts_with(counted) && policy.size() > counted.size() &&
         policy.find_first_not_of("0123456789", counted.size()) == std::string::npos;
}

void check_labels(const Value* labels, const std::string& path, Report& report) {
  for (const auto& [name, value] : map_of(labels)) {
    if (std::ranges::find(reserved_labels, plain_name(name)) == reserved_labels.end()) continue;
    report.error(path + "/labels/" + name, value.mark(),
                 "is reserved, as are service, role and destination (rename it)");
  }
}

void check_restart(const Value* options, const std::string& path, Report& report) {
  const Value* restart = find_in(options, "restart");
  if (!restart) restart = find_in(options, ":restart");
  if (!restart) return;
  const std::string key = path + "/options/restart";
  if (restart->is_false()) {
    report.error(key, restart->mark(), "must be a string, not false (quote \"no\" to turn restarts off)");
  } else if (!restart->is_string() || !is_restart_policy(restart->text())) {
    report.error(key, restart->mark(), "must be no, always, unless-stopped, on-failure or on-failure:N");
  }
}

void check_credential(const Value* section, const Mark& mark, const std::string& path, Report& report) {
  if (!section) {
    report.error(path, mark, "is required (a string, or a list with the name of a secret)");
  } else if (section->is_blank() && !section->is_false()) {
    report.error(path, section->mark(), "must be a string or a list with the name of a secret, not empty");
  }
}

// The table and a rule may both report a key.
bool same_place(const Problem& a, const Problem& b) {
  return a.key == b.key && a.mark.file == b.mark.file && a.mark.line == b.mark.line;
}

}  // namespace

bool is_container_name(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return is_alphanumeric(c, "_.-"); });
}

void check_host_name(const std::string& host, const std::string& path, const Mark& mark, Report& report) {
  const bool odd =
      std::any_of(host.begin(), host.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; });
  if (host.empty()) {
    report.error(path, mark, "must be a hostname or IP address, not empty");
  } else if (odd || host.starts_with('-') ||
             host.find_first_of("/\\'\"`$;&|<>(){}*?!#,") != std::string::npos) {
    report.error(path, mark, "must be a hostname (web1.example.com) or IP address");
  }
}

void check_container(const Value& section, const std::string& path, Report& report) {
  check_labels(section.find("labels"), path, report);
  check_restart(section.find("options"), path, report);
  if (const Value* tags = find_in(section.find("env"), "tags")) {
    report.error(path + "/env/tags", tags->mark(), "is only allowed in the root env (move it there)");
  }
}

void check_registry(const Value* section, const std::string& path, Report& report) {
  if (!section || !section->is_map()) return;
  const auto server = text_at(section, "server");
  if (server && server->starts_with("localhost:")) return;
  check_credential(section->find("username"), section->mark(), path + "/username", report);
  check_credential(section->find("password"), section->mark(), path + "/password", report);
}

void check_rules(const Value& raw, const Configuration& configuration, const LoadOptions& options,
                 Report& report) {
  check_root(raw, configuration, options, report);
  // Without its destination, a configuration may be incomplete, so missing parts are not reported.
  if (!boolean_at(&raw, "require_destination").value_or(false) || options.destination) {
    check_roles(raw, configuration, report);
    check_proxies(raw, configuration, report);
    check_images(raw, report);
  }
  check_empty_env(raw, configuration, report);
  check_accessories(raw, configuration, report);
  check_builder(raw, configuration, report);
  check_connection(raw, report);
  check_output(raw, report);
  auto& errors = report.errors;
  std::stable_sort(errors.begin(), errors.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.mark.file, a.mark.line) < std::tie(b.mark.file, b.mark.line);
  });
  errors.erase(std::unique(errors.begin(), errors.end(), same_place), errors.end());
}

namespace {

const Mark& find_mark(const Value& raw, std::string_view key) {
  const Value* value = raw.find(key);
  return value ? value->mark() : raw.mark();
}

void check_names(const Value& raw, const Configuration& configuration, Report& report) {
  const auto allowed = [](char c) { return is_alphanumeric(c, "_-"); };
  const std::string& service = configuration.service;
  if (const Value* value = raw.find("service")) {
    if (value->is_blank()) {
      report.error("service", value->mark(), "must be the name of the app, not empty");
    } else if (value->is_scalar() && !std::ranges::all_of(service, allowed)) {
      report.error("service", value->mark(), "must contain only letters, digits, - and _");
    }
  }
  if (!present_at(&raw, "image") && !configuration.registry.local()) {
    report.error("image", find_mark(raw, "image"), "is required (example: image: acme/shop)");
  }
}

bool is_version(const std::string& text) {
  return !text.empty() && is_digit(text[0]) && text.back() != '.' && text.find("..") == std::string::npos &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c, ".-"); });
}

// `path` is that of the section, with a slash.
void check_version(const Value* section, const std::string& path, const char* version, Report& report) {
  const std::string key = path + "minimum_version";
  const auto wanted = setting_at(section, "minimum_version");
  if (strip(wanted.value_or("")).empty()) return;
  const Mark mark = find_mark(*section, "minimum_version");
  if (!is_version(strip(*wanted))) {
    report.error(key, mark, fmt::format("must be a version (such as {})", version));
  } else if (older_version(version, strip(*wanted))) {
    report.error(key, mark, fmt::format("requires kamal {} or later; this is {}", *wanted, version));
  }
}

void check_versions(const Value& raw, Report& report) {
  check_version(&raw, "", kamal_version, report);
  check_version(raw.find("x-kamal"), "x-kamal/", program_version, report);
}

void check_destination(const Value& raw, const LoadOptions& options, Report& report) {
  if (options.destination || !boolean_at(&raw, "require_destination").value_or(false)) return;
  report.error("require_destination", find_mark(raw, "require_destination"),
               "no destination given (pass -d DESTINATION)");
}

void check_old_hooks(const Value& raw, const Configuration& configuration, Report& report) {
  for (const std::string hook : {"pre-traefik-reboot", "post-traefik-reboot"}) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::path(configuration.hooks_path) / hook, error)) continue;
    report.error(
        "hooks_path", find_mark(raw, "hooks_path"),
        "the hook " + hook + " is from Kamal 1 (rename it to " + replace_all(hook, "traefik", "proxy") + ")");
  }
}

void check_aliases(const Value& raw, const LoadOptions& options, Report& report) {
  for (const auto& [name, command] : map_of(raw.find("aliases"))) {
    const std::string path = "aliases/" + name;
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos ||
        name.empty()) {
      report.error(path, command.mark(),
                   "is not a valid alias name (use lowercase letters, digits, - and _)");
    }
    if (contains(options.builtin_commands, name))
      report.error(path, command.mark(), "is the name of a kamal command (rename the alias)");
  }
}

void check_root_labels(const Value& raw, Report& report) {
  for (const std::string_view name : reserved_labels) {
    if (const Value* label = find_in(raw.find("labels"), name)) {
      report.warn("labels/" + std::string(name), label->mark(),
                  "overrides a label that kamal uses to find its containers (rename it)");
    }
  }
}

void check_boot_limit(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* limit = find_in(raw.find("boot"), "limit");
  if (!limit || !limit->is_scalar() || limit->is_false()) return;
  if (configuration.boot.limit.value_or(0) >= 1) return;
  report.error("boot/limit", limit->mark(), "must be at least 1 host, or a percentage such as 25%");
}

void check_tag_envs(const Value& raw, Report& report) {
  for (const auto& [name, env] : map_of(find_in(raw.find("env"), "tags"))) {
    if (const Value* nested = env.find("tags")) {
      report.error("env/tags/" + name + "/tags", nested->mark(),
                   "is not allowed inside a tag (move it up to env/tags)");
    }
  }
}

}  // namespace

void check_root(const Value& raw, const Configuration& configuration, const LoadOptions& options,
                Report& report) {
  check_destination(raw, options, report);
  check_names(raw, configuration, report);
  check_versions(raw, report);
  check_registry(raw.find("registry"), "registry", report);
  if (const Value* pages = raw.find("error_pages_path"); pages && pages->is_string() && pages->text().empty())
    report.error("error_pages_path", pages->mark(),
                 "must name a directory; leave it out for kamal-proxy's pages");
  check_old_hooks(raw, configuration, report);
  check_aliases(raw, options, report);
  check_root_labels(raw, report);
  check_boot_limit(raw, configuration, report);
  check_tag_envs(raw, report);
}

}  // namespace kamal::config
