#include "sshkit/ssh/target.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

constexpr std::array default_keys{"id_ed25519", "id_ecdsa", "id_rsa"};

// In OpenSSH's order.
constexpr const char* default_methods = "publickey,keyboard-interactive,password";

struct Account {
  std::string name, home;
};

Account current_account() {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return {entry.pw_name, entry.pw_dir};
}

std::string local_hostname() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string home_directory(const EnvironmentMap& environment) {
  const auto home = get(environment, "HOME");
  return home && !home->empty() ? *home : current_account().home;
}

// The files that Kamal reads; SSHKit adds the one in the working directory.
std::vector<std::filesystem::path> default_config_files(const std::string& home) {
  std::error_code error;
  return {home + "/.ssh/config", "/etc/ssh_config", "/etc/ssh/ssh_config",
          std::filesystem::current_path(error) / ".ssh/config"};
}

std::vector<std::filesystem::path> config_paths(const SshSettings& settings, const std::string& home) {
  if (!settings.config_files.empty()) {
    std::vector<std::filesystem::path> paths;
    for (const std::string& file : settings.config_files) paths.emplace_back(expand_home(file, home));
    return paths;
  }
  return settings.use_config ? default_config_files(home) : std::vector<std::filesystem::path>{};
}

// ProxyJump may be written as ssh://[user@]host[:port].
std::string without_scheme(const std::string& text) {
  constexpr std::string_view scheme = "ssh://";
  if (!text.starts_with(scheme)) return text;
  return text.substr(scheme.size(), text.find_last_not_of('/') + 1 - scheme.size());
}

bool is_none(const std::optional<std::string>& value) { return value && lower(*value) == "none"; }

int parse_port(std::string_view text, const std::string& whole) {
  const std::optional<int> port = parse_integer<int>(text);
  if (!port || *port < 1 || *port > 65535) {
    throw ConnectionError("\"" + whole + "\" must be [user@]host[:port] with a port from 1 to 65535");
  }
  return *port;
}

}  // namespace

HostSpec HostSpec::parse(const std::string& text) {
  HostSpec parsed;
  std::string_view rest = text;
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    parsed.user = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (rest.starts_with('[')) {
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) throw ConnectionError("\"" + text + "\" has an unclosed [");
    parsed.host = std::string(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    if (rest.starts_with(':')) parsed.port = parse_port(rest.substr(1), text);
  } else if (std::count(rest.begin(), rest.end(), ':') == 1) {
    const size_t colon = rest.find(':');
    parsed.host = std::string(rest.substr(0, colon));
    parsed.port = parse_port(rest.substr(colon + 1), text);
  } else {
    parsed.host = std::string(rest);
  }
  if (parsed.host.empty()) throw ConnectionError("\"" + text + "\" has no hostname");
  return parsed;
}

std::string Target::text() const {
  const bool v6 = address.find(':') != std::string::npos;
  return user + "@" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string Target::login_name() const {
  return name.find('@') == std::string::npos ? user + "@" + name : name;
}

std::string Target::connection_key() const {
  std::string identity = text() + "|" + proxy_command.value_or("");
  for (const HostSpec& jump : jumps) {
    identity += "|" + jump.user.value_or("") + "@" + jump.host + ":" + std::to_string(jump.port.value_or(0));
  }
  return identity;
}

TargetResolver::TargetResolver(const SshSettings& settings, const EnvironmentMap& environment,
                               ConfigFiles::Warn warn)
    : settings_(settings),
      environment_(environment),
      home_(home_directory(environment)),
      local_user_(current_account().name),
      warn_(std::move(warn)),
      files_(config_paths(settings, home_), home_, warn_) {
  if (settings.config_files.empty() && !settings.use_config)
    default_config_.emplace(default_config_files(home_), home_, warn_);
}

Target TargetResolver::server(const Host& host) {
  HostSpec spec = HostSpec::parse(host.str());
  const bool user_is_set = spec.user || settings_.user_is_set;
  const bool port_is_set = spec.port || settings_.port_is_set;
  if (!spec.user) spec.user = settings_.user;
  if (!spec.port) spec.port = settings_.port;
  const HostConfig config = lookup(files_, spec);
  std::vector<Ignored> ignored;
  if (!user_is_set && config.user && *config.user != settings_.user)
    ignored.push_back({"User " + *config.user + " (" + config.locations.at("user") + ")",
                       "as " + settings_.user, "ssh/user"});
  if (!port_is_set && config.port && *config.port != settings_.port) {
    ignored.push_back({"Port " + std::to_string(*config.port) + " (" + config.locations.at("port") + ")",
                       "on port " + std::to_string(settings_.port), "ssh/port"});
  }
  warn_ignored(ignored, spec.host);
  return resolve(host.str(), HostKind::server, spec, config);
}

// Once per run and key, since a setting usually applies to many hosts.
void TargetResolver::warn_ignored(const std::vector<Ignored>& ignored, const std::string& host) {
  std::vector<std::string> settings, uses, keys;
  for (const Ignored& one : ignored) {
    if (!warned_keys_.insert(one.key).second) continue;
    settings.push_back(one.setting);
    uses.push_back(one.used);
    keys.push_back(one.key);
  }
  if (settings.empty() || !warn_) return;
  warn_(host + ": " + join(settings, " and ") + (settings.size() == 1 ? " is" : " are") +
        " ignored: kamal logs in " + join(uses, " ") + " (set " + join(keys, " and ") + " in deploy.yml)");
}

Target TargetResolver::jump(const HostSpec& spec) {
  const HostConfig config = lookup(default_config_ ? *default_config_ : files_, spec);
  HostSpec complete = spec;
  if (!complete.user) complete.user = config.user.value_or(local_user_);
  if (!complete.port) complete.port = config.port.value_or(22);
  return resolve(spec.host, HostKind::jump, complete, config);
}

HostConfig TargetResolver::lookup(ConfigFiles& files, const HostSpec& spec) const {
  return files.lookup({.host = spec.host, .user = spec.user, .local_user = local_user_});
}

Target TargetResolver::resolve(const std::string& name, HostKind kind, const HostSpec& spec,
                               const HostConfig& config) const {
  Target target;
  target.name = name;
  target.given_name = spec.host;
  target.key_alias = config.host_key_alias;
  target.address = expand_host_name(config, spec.host);
  target.port = spec.port.value();
  target.user = spec.user.value();
  target.connect_timeout = config.connect_timeout.value_or(settings_.connect_timeout);
  resolve_keys(kind, config, target);
  resolve_methods(kind, config, target);
  resolve_known_hosts(config, target);
  resolve_route(kind, config, target);
  return target;
}

void TargetResolver::resolve_keys(HostKind kind, const HostConfig& config, Target& target) const {
  const bool keys_only = kind == HostKind::server && settings_.keys_only;
  target.identities_only = keys_only || config.identities_only.value_or(false);
  for (const std::string& key : settings_.keys) target.configured_keys.push_back(expand_path(key, target));
  if (settings_.keys.empty() || kind == HostKind::jump) {
    target.other_keys = expand_paths(config.identity_files, target);
    const bool key_data_only = keys_only && !settings_.key_data.empty();
    if (config.identity_files.empty() && !key_data_only) {
      for (const char* key : default_keys) target.other_keys.emplace_back(home_ + "/.ssh/" + key);
    }
  }
  if (is_none(config.identity_agent)) return;
  std::optional<std::string> agent = get(environment_, "SSH_AUTH_SOCK");
  if (config.identity_agent && *config.identity_agent != "SSH_AUTH_SOCK") {
    agent = expand_path(*config.identity_agent, target).string();
    if (agent->starts_with('$')) agent = get(environment_, agent->substr(1));
  }
  if (agent && !agent->empty()) target.agent_socket = agent;
}

void TargetResolver::resolve_methods(HostKind kind, const HostConfig& config, Target& target) {
  const bool people = !config.batch_mode.value_or(false);
  const std::map<std::string, bool> allowed{
      {"publickey", lower(config.pubkey_authentication.value_or("yes")) != "no"},
      {"keyboard-interactive", people && config.kbd_interactive_authentication.value_or(true)},
      {"password", people && config.password_authentication.value_or(true)}};
  for (const std::string& method :
       split(lower(config.preferred_authentications.value_or(default_methods)), ','))
    if (const auto known = allowed.find(strip(method)); known != allowed.end() && known->second)
      target.auth_methods.push_back(known->first);
  target.password_prompts = config.password_prompts.value_or(target.password_prompts);
  target.separate_password = kind == HostKind::jump;
}

void TargetResolver::resolve_known_hosts(const HostConfig& config, Target& target) const {
  const std::string name = lower(target.key_alias.value_or(target.address));
  const bool plain = target.port == 22 || target.key_alias.has_value();
  target.key_name = plain ? name : "[" + name + "]:" + std::to_string(target.port);
  target.user_known_hosts = expand_paths(config.user_known_hosts_files, target);
  if (config.user_known_hosts_files.empty())
    target.user_known_hosts = {home_ + "/.ssh/known_hosts", home_ + "/.ssh/known_hosts2"};
  target.global_known_hosts = expand_paths(config.global_known_hosts_files, target);
  if (config.global_known_hosts_files.empty())
    target.global_known_hosts = {"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
  const std::string strict = lower(config.strict_host_key_checking.value_or("accept-new"));
  if (strict == "yes" || strict == "true") target.unknown_host_keys = UnknownHostKeys::refuse;
  if (strict == "no" || strict == "off" || strict == "false")
    target.changed_host_keys = ChangedHostKeys::accept;
}

void TargetResolver::resolve_route(HostKind kind, const HostConfig& config, Target& target) const {
  const bool of_deploy_file = kind == HostKind::server && (settings_.proxy_jump || settings_.proxy_command);
  const auto& jump = of_deploy_file ? settings_.proxy_jump : config.proxy_jump;
  const auto& command = of_deploy_file ? settings_.proxy_command : config.proxy_command;
  if (jump && !is_none(jump)) {
    for (const std::string& text : split(expand(*jump, target), ','))
      target.jumps.push_back(HostSpec::parse(without_scheme(strip(text))));
    // Kamal logs in to a jump host of deploy.yml as root if it names no user.
    if (of_deploy_file && jump->find('@') == std::string::npos) target.jumps.front().user = "root";
  } else if (command && !is_none(command) && !command->empty()) {
    target.proxy_command = expand(*command, target);
  }
}

std::string TargetResolver::expand(std::string_view text, const Target& target) const {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  const std::map<char, std::string> tokens{{'%', "%"},
                                           {'d', home_},
                                           {'h', target.address},
                                           {'i', std::to_string(getuid())},
                                           {'k', target.key_alias.value_or(target.given_name)},
                                           {'L', split(local_hostname(), '.').front()},
                                           {'l', local_hostname()},
                                           {'n', target.given_name},
                                           {'p', std::to_string(target.port)},
                                           {'r', target.user},
                                           {'u', local_user_}};
  return expand_tokens(text, tokens);
}

std::filesystem::path TargetResolver::expand_path(const std::string& text, const Target& target) const {
  std::string path = expand_home(expand(text, target), home_);
  for (size_t at = 0; (at = path.find("${", at)) != std::string::npos;) {
    const size_t end = path.find('}', at);
    if (end == std::string::npos) break;
    const std::string value = get(environment_, path.substr(at + 2, end - at - 2)).value_or("");
    path.replace(at, end - at + 1, value);
    at += value.size();
  }
  return path;
}

std::vector<std::filesystem::path> TargetResolver::expand_paths(const std::vector<std::string>& texts,
                                                                const Target& target) const {
  std::vector<std::filesystem::path> paths;
  for (const std::string& text : texts)
    if (lower(text) != "none") paths.push_back(expand_path(text, target));
  return paths;
}

}  // namespace kamal::sshkit
