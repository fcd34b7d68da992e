#include "config/rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include "config/access.h"

namespace kamal::config {
namespace {

constexpr std::array reserved_labels = {"service", "role", "destination"};

bool is_reserved_label(const std::string& name) {
  return std::find(reserved_labels.begin(), reserved_labels.end(), name) != reserved_labels.end();
}

bool is_restart_policy(const std::string& policy) {
  if (policy == "no" || policy == "always" || policy == "unless-stopped" || policy == "on-failure")
    return true;
  constexpr std::string_view counted = "on-failure:";
  return policy.starts_with(counted) && policy.size() > counted.size() &&
         policy.find_first_not_of("0123456789", counted.size()) == std::string::npos;
}

void check_labels(const Value* labels, const std::string& path, Report& report) {
  if (!labels || !labels->is_map()) return;
  for (const auto& [name, value] : labels->map()) {
    if (!is_reserved_label(plain_name(name))) continue;
    report.error(
        path + "/labels/" + name, value.mark(),
        "is a label that kamal sets itself: service, role and destination are taken (use another name)");
  }
}

void check_restart(const Value* options, const std::string& path, Report& report) {
  const Value* restart = find_in(options, "restart");
  if (!restart) restart = find_in(options, ":restart");
  if (!restart) return;
  const std::string key = path + "/options/restart";
  if (!restart->is_string()) {
    report.error(key, restart->mark(),
                 restart->is_false()
                     ? "is false for YAML (should be text: \"no\", in quotes, turns restarts off)"
                     : "is no text (should be no, always, unless-stopped, on-failure or on-failure:N)");
  } else if (!is_restart_policy(restart->text())) {
    report.error(key, restart->mark(),
                 "is no restart policy (should be no, always, unless-stopped, on-failure or on-failure:N)");
  }
}

void check_credential(const Value* section, const Mark& mark, const std::string& path, Report& report) {
  if (!section) {
    report.error(path, mark, "is missing (should be text, or a list with the name of a secret)");
  } else if (section->is_blank() && !section->is_false()) {
    report.error(path, section->mark(), "is empty (should be text, or a list with the name of a secret)");
  }
}

// The table and a rule may both find fault with a key.
bool same_place(const Problem& a, const Problem& b) {
  return a.key == b.key && a.mark.file == b.mark.file && a.mark.line == b.mark.line;
}

}  // namespace

bool is_container_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
}

void check_host_name(const std::string& host, const std::string& path, const Mark& mark, Report& report) {
  const bool odd =
      std::any_of(host.begin(), host.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; });
  if (host.empty()) {
    report.error(path, mark, "is empty (should be a host's name or address)");
  } else if (odd || host.starts_with('-') ||
             host.find_first_of("/\\'\"`$;&|<>(){}*?!#,") != std::string::npos) {
    report.error(path, mark,
                 "is no name of a host (should be a name such as web1.example.com or an address)");
  }
}

void check_container(const Value& section, const std::string& path, Report& report) {
  check_labels(section.find("labels"), path, report);
  check_restart(section.find("options"), path, report);
  if (const Value* tags = find_in(section.find("env"), "tags")) {
    report.error(path + "/env/tags", tags->mark(),
                 "tags are only allowed in the env at the root (move them there)");
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
  // Without its destination a configuration may well be incomplete: what is missing then is no news.
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

}  // namespace kamal::config
