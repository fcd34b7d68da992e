#include <algorithm>
#include <map>

#include "config/access.h"
#include "config/rules.h"
#include "config/sections.h"
#include "kamal/support/name_lookup.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

// The sections as written.
const Value* proxy_of_role(const Value& raw, const std::string& role) {
  return find_in(role_section(raw, role), "proxy");
}
const Value* proxy_of_accessory(const Value& raw, const Accessory& accessory) {
  return find_in(find_in(raw.find("accessories"), accessory.name), "proxy");
}

// docker takes no zones (fe80::1%eth0).
bool docker_publishes_on(std::string text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return is_ipv4_address(text) || (is_ipv6_address(text) && text.find('%') == std::string::npos);
}

void check_run(const Value* run, const std::string& path, Report& report) {
  if (!run || !run->is_map()) return;
  const Value* addresses = run->find("bind_ips");
  for (const std::string& address : texts_of(addresses)) {
    if (docker_publishes_on(address)) continue;
    report.warn(path + "/bind_ips", addresses->mark(),
                address +
                    " is not an IP address Docker can publish on, so the proxy will not start (quote IPv6 "
                    "addresses)");
  }
  if (boolean_at(run, "publish").value_or(true)) return;
  for (const char* key : {"http_port", "https_port", "bind_ips"}) {
    if (!present_at(run, key)) continue;
    report.error(path + "/" + key, run->find(key)->mark(), "conflicts with publish: false (remove one)");
  }
}

void check_certificate(const Value* ssl, const std::string& path, Report& report) {
  if (!ssl || !ssl->is_map()) return;
  const bool certificate = present_at(ssl, "certificate_pem");
  const bool key = present_at(ssl, "private_key_pem");
  if (certificate && !key) {
    report.error(path, ssl->mark(), "certificate_pem requires private_key_pem (the name of a secret)");
  } else if (key && !certificate) {
    report.error(path, ssl->mark(), "private_key_pem requires certificate_pem (the name of a secret)");
  }
}

void check_section(const Value* section, const std::string& path, Report& report) {
  if (!section || !section->is_map()) return;
  const Value* ssl = section->find("ssl");
  if (ssl && !ssl->is_null() && !ssl->is_false() && !present_at(section, "host") &&
      !present_at(section, "hosts")) {
    report.error(path + "/ssl", ssl->mark(), "ssl requires host or hosts");
  }
  if (section->has("host") && section->has("hosts")) {
    report.error(path + "/hosts", section->find("hosts")->mark(), "use host or hosts, not both");
  }
  if (section->has("path_prefix") && section->has("path_prefixes")) {
    report.warn(path + "/path_prefix", section->find("path_prefix")->mark(),
                "is ignored because path_prefixes is set");
  }
  check_certificate(ssl, path + "/ssl", report);
  check_run(section->find("run"), path + "/run", report);
}

// A role can't replace path_prefixes of the root by path_prefix.
void check_path_prefix_of_role(const Value& raw, const std::string& role, Report& report) {
  const Value* own = proxy_of_role(raw, role);
  const Value* prefix = find_in(own, "path_prefix");
  if (!prefix || own->has("path_prefixes") || !find_in(raw.find("proxy"), "path_prefixes")) return;
  report.warn("servers/" + role + "/proxy/path_prefix", prefix->mark(),
              "is ignored because the root proxy sets path_prefixes (use path_prefixes here too)");
}

// Checks each section on its own and, if all are fine, each role's merged with the root's.
void check_sections(const Value& raw, const Configuration& configuration, Report& report) {
  const size_t before = report.errors.size();
  check_section(raw.find("proxy"), "proxy", report);
  for (const Role& role : configuration.roles) {
    const std::string& name = role.name.str();
    check_section(proxy_of_role(raw, name), "servers/" + name + "/proxy", report);
    check_path_prefix_of_role(raw, name, report);
  }
  if (report.errors.size() > before) return;
  for (const Role& role : configuration.roles) {
    const std::string& name = role.name.str();
    if (!proxy_of_role(raw, name)) continue;
    const auto merged = role_proxy(raw, name, configuration.primary_role_name.str());
    Report found;
    if (merged) check_section(&*merged, "servers/" + name + "/proxy", found);
    report.errors.insert(report.errors.end(), found.errors.begin(), found.errors.end());
  }
}

// Key and position of the `ssl` that applies to a role.
std::pair<std::string, Mark> place_of_ssl(const Value& raw, const std::string& role) {
  if (const Value* own = find_in(proxy_of_role(raw, role), "ssl")) {
    return {"servers/" + role + "/proxy/ssl", own->mark()};
  }
  const Value* root = find_in(raw.find("proxy"), "ssl");
  return {"proxy/ssl", root ? root->mark() : raw.mark()};
}

bool is_root_path(const std::string& prefix) { return prefix.find_first_not_of('/') == std::string::npos; }

// Of a role's or an accessory's proxy: kamal-proxy takes TLS settings from services at the root path only.
void check_tls_path(const Value& merged, const Value* own, const std::string& path, Report& report) {
  const Proxy proxy = proxy_from(merged);
  const auto& prefixes = proxy.path_prefixes;
  if (!proxy.ssl || prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(), is_root_path)) return;
  const char* key = merged.has("path_prefixes") ? "path_prefixes" : "path_prefix";
  const std::string place = (find_in(own, key) ? path : "proxy") + "/" + key;
  const Mark& mark = merged.find(key)->mark();
  const bool known = std::any_of(report.warnings.begin(), report.warnings.end(), [&](const Problem& warning) {
    return warning.key == place && warning.mark.line == mark.line;
  });
  if (known) return;
  report.warn(
      place, mark,
      "kamal-proxy rejects ssl below the root path (remove one, or set ssl on the app that serves /)");
}

void check_tls_paths(const Value& raw, const Configuration& configuration, Report& report) {
  for (const Role& role : configuration.roles) {
    const std::string& name = role.name.str();
    const auto merged = role_proxy(raw, name, configuration.primary_role_name.str());
    const Value* own = proxy_of_role(raw, name);
    if (merged) check_tls_path(*merged, own, "servers/" + name + "/proxy", report);
  }
  for (const Accessory& accessory : configuration.accessories) {
    const Value* own = proxy_of_accessory(raw, accessory);
    if (own && own->is_map()) check_tls_path(*own, own, "accessories/" + accessory.name + "/proxy", report);
  }
}

void check_certificates_of_roles(const Value& raw, const Configuration& configuration, Report& report) {
  std::map<std::string, int> uses;
  std::string last_role;
  for (const Role& role : configuration.roles) {
    if (!role.proxy || !role.proxy->ssl) continue;
    last_role = role.name.str();
    for (const std::string& host : role.proxy->hosts) ++uses[host];
    if (role.hosts.size() < 2 || role.proxy->custom_certificate()) continue;
    const auto [key, mark] = place_of_ssl(raw, last_role);
    report.error(key, mark,
                 "Let's Encrypt needs a single host; role " + last_role + " has " +
                     std::to_string(role.hosts.size()) + " (use one host or a custom certificate)");
  }
  std::vector<std::string> shared;
  for (const auto& [host, count] : uses) {
    if (count > 1) shared.push_back(host);
  }
  if (shared.empty()) return;
  const auto [key, mark] = place_of_ssl(raw, last_role);
  report.error(
      key, mark,
      "several roles request a certificate for " + join(shared, ", ") + " (give each role its own host)");
}

// Which sections configure the proxy of a host, and how; only the first of those that agree. As in Kamal, an
// explicit default differs from no setting.
struct RunOnHost {
  Value run;
  std::string place;
};
using RunsByHost = std::map<Host, std::vector<RunOnHost>>;

void add_runs(RunsByHost& runs, const Value* proxy, const std::vector<Host>& hosts,
              const std::string& place) {
  if (!present_at(proxy, "run")) return;
  const Value& run = *proxy->find("run");
  for (const Host& host : hosts) {
    auto& known = runs[host];
    const bool agrees =
        std::any_of(known.begin(), known.end(), [&](const auto& other) { return other.run == run; });
    if (!agrees) known.push_back({run, place});
  }
}

void check_agreement(const Value& raw, const Configuration& configuration, Report& report) {
  RunsByHost runs;
  for (const Role& role : configuration.roles) {
    const auto proxy = role_proxy(raw, role.name.str(), configuration.primary_role_name.str());
    if (proxy) add_runs(runs, &*proxy, role.host_names(), "role " + role.name.str());
  }
  for (const Accessory& accessory : configuration.accessories) {
    add_runs(runs, proxy_of_accessory(raw, accessory), accessory.hosts, "accessory " + accessory.name);
  }
  std::map<std::vector<std::string>, std::vector<std::string>> hosts_by_places;
  for (const auto& [host, wishes] : runs) {
    if (wishes.size() < 2) continue;
    std::vector<std::string> places;
    for (const RunOnHost& wish : wishes) places.push_back(wish.place);
    hosts_by_places[places].push_back(host.str());
  }
  for (const auto& [places, hosts] : hosts_by_places) {
    report.error("proxy/run", raw.mark(),
                 to_sentence(places, "and") + " share the proxy on " + to_sentence(hosts, "and") +
                     ", so their settings must match");
  }
}

}  // namespace

void check_proxies(const Value& raw, const Configuration& configuration, Report& report) {
  check_sections(raw, configuration, report);
  for (const Accessory& accessory : configuration.accessories) {
    check_section(proxy_of_accessory(raw, accessory), "accessories/" + accessory.name + "/proxy", report);
  }
  check_tls_paths(raw, configuration, report);
  check_certificates_of_roles(raw, configuration, report);
  check_agreement(raw, configuration, report);
}

}  // namespace kamal::config
