#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/access.h"
#include "config/rules.h"
#include "kamal/support/strings.h"
#include "kamal/support/version_order.h"

namespace kamal::config {
namespace {

// The release of the reference that this configuration language is that of.
constexpr const char* language_version = "2.12.0";

const Mark& mark_of(const Value& raw, std::string_view key) {
  const Value* value = raw.find(key);
  return value ? value->mark() : raw.mark();
}

void check_names(const Value& raw, const Configuration& configuration, Report& report) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  const std::string& service = configuration.service;
  if (const Value* value = raw.find("service")) {
    if (value->is_blank()) {
      report.error("service", value->mark(), "is empty (should be the name of the application)");
    } else if (value->is_scalar() && !std::all_of(service.begin(), service.end(), allowed)) {
      report.error("service", value->mark(),
                   "has characters that names can't have (should be letters, digits, - and _)");
    }
  }
  if (!present_at(&raw, "image") && !configuration.registry.local()) {
    report.error("image", mark_of(raw, "image"),
                 "is missing (should be the image's name in the registry: acme/shop)");
  }
}

bool is_version(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0 && text.back() != '.' &&
         text.find("..") == std::string::npos && std::all_of(text.begin(), text.end(), allowed);
}

void check_version(const Value& raw, Report& report) {
  const auto wanted = setting_at(&raw, "minimum_version");
  if (strip(wanted.value_or("")).empty()) return;
  if (!is_version(strip(*wanted))) {
    report.error("minimum_version", mark_of(raw, "minimum_version"), "is no version (should be like 2.3.0)");
  } else if (older_version(language_version, strip(*wanted))) {
    report.error(
        "minimum_version", mark_of(raw, "minimum_version"),
        "this file needs kamal " + *wanted + ", and this is " + language_version + " (install a newer one)");
  }
}

void check_destination(const Value& raw, const LoadOptions& options, Report& report) {
  if (options.destination || !boolean_at(&raw, "require_destination").value_or(false)) return;
  report.error("require_destination", mark_of(raw, "require_destination"),
               "a destination is required, and none was given (name one with -d)");
}

void check_old_hooks(const Value& raw, const Configuration& configuration, Report& report) {
  for (const std::string hook : {"pre-traefik-reboot", "post-traefik-reboot"}) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::path(configuration.hooks_path) / hook, error)) continue;
    report.error(
        "hooks_path", mark_of(raw, "hooks_path"),
        "the hook " + hook + " is from Kamal 1 (rename it to " + replace_all(hook, "traefik", "proxy") + ")");
  }
}

void check_aliases(const Value& raw, const LoadOptions& options, Report& report) {
  const Value* aliases = raw.find("aliases");
  if (!aliases || !aliases->is_map()) return;
  for (const auto& [name, command] : aliases->map()) {
    const std::string path = "aliases/" + name;
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos ||
        name.empty()) {
      report.error(path, command.mark(),
                   "is no name for an alias (should have lower case letters, digits, - and _)");
    }
    const auto& taken = options.builtin_commands;
    if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
      report.error(path, command.mark(), "is the name of one of kamal's own commands (choose another one)");
    }
  }
}

void check_root_labels(const Value& raw, Report& report) {
  const Value* labels = raw.find("labels");
  if (!labels || !labels->is_map()) return;
  for (const char* name : {"service", "role", "destination"}) {
    if (const Value* label = labels->find(name)) {
      report.warn(std::string("labels/") + name, label->mark(),
                  "replaces a label that kamal finds its containers by (use another name)");
    }
  }
}

void check_boot_limit(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* limit = find_in(raw.find("boot"), "limit");
  if (!limit || !limit->is_scalar() || limit->is_false()) return;
  if (configuration.boot.limit.value_or(0) >= 1) return;
  report.error("boot/limit", limit->mark(),
               "is no number of hosts (should be 1 or more, or a share such as 25%)");
}

void check_tag_envs(const Value& raw, Report& report) {
  const Value* tags = find_in(raw.find("env"), "tags");
  if (!tags || !tags->is_map()) return;
  for (const auto& [name, env] : tags->map()) {
    if (const Value* nested = env.find("tags")) {
      report.error("env/tags/" + name + "/tags", nested->mark(),
                   "tags can't have tags (put them beside each other)");
    }
  }
}

}  // namespace

void check_root(const Value& raw, const Configuration& configuration, const LoadOptions& options,
                Report& report) {
  check_destination(raw, options, report);
  check_names(raw, configuration, report);
  check_version(raw, report);
  check_registry(raw.find("registry"), "registry", report);
  if (const Value* retained = raw.find("retain_containers");
      retained && configuration.retain_containers < 1) {
    report.error("retain_containers", retained->mark(), "is too small (should be 1 or more)");
  }
  check_old_hooks(raw, configuration, report);
  check_aliases(raw, options, report);
  check_root_labels(raw, report);
  check_boot_limit(raw, configuration, report);
  check_tag_envs(raw, report);
}

}  // namespace kamal::config
