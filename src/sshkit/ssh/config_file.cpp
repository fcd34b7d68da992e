#include "sshkit/ssh/config_file.h"

#include <glob.h>

#include <limits>

#include "kamal/sshkit/server.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

constexpr int max_include_depth = 16;

std::vector<std::filesystem::path> glob_files(const std::string& pattern) {
  std::vector<std::filesystem::path> files;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  }
  globfree(&found);
  return files;
}

// The number of a setting that OpenSSH rejects without one.
int number(const ConfigLine& line, const std::string& what, int min, int max) {
  const std::string& text = line.arguments().front();
  const std::optional<int> number = parse_integer<int>(text);
  if (!number || *number < min || *number > max) line.fail(what + ", not " + text);
  return *number;
}

std::string read_text(const ConfigLine& line) { return line.arguments().front(); }

bool read_flag(const ConfigLine& line) {
  const std::string text = lower(read_text(line));
  return text == "yes" || text == "true" || text == "always";
}

int read_port(const ConfigLine& line) { return number(line, "Port must be 1 to 65535", 1, 65535); }

int read_prompt_limit(const ConfigLine& line) {
  return number(line, "NumberOfPasswordPrompts must be a number", 0, std::numeric_limits<int>::max());
}

std::optional<std::chrono::seconds> read_timeout(const ConfigLine& line) {
  const std::string text = read_text(line);
  if (lower(text) == "none") return std::nullopt;
  const auto timeout = config_duration(text);
  if (!timeout) line.fail("ConnectTimeout must be a time such as 30 or 1m, not " + text);
  return timeout;
}

void add_identity_file(const ConfigLine& line, HostConfig& config) {
  add_once(config.identity_files, read_text(line));
}

// The first of ProxyJump and ProxyCommand wins.
bool has_proxy(const HostConfig& config) { return config.proxy_jump || config.proxy_command; }

using Setter = std::function<void(const ConfigLine& line, HostConfig& config)>;

// The first occurrence wins.
template <class Value, class Read>
Setter once(std::optional<Value> HostConfig::*member, Read read) {
  return [member, read](const ConfigLine& line, HostConfig& config) {
    std::optional<Value> value = read(line);
    if (!(config.*member)) config.*member = std::move(value);
  };
}

Setter once(std::vector<std::string> HostConfig::*member) {
  return [member](const ConfigLine& line, HostConfig& config) {
    if ((config.*member).empty()) config.*member = line.arguments();
  };
}

const std::map<std::string_view, Setter>& setters() {
  static const std::map<std::string_view, Setter> all{
      {"hostname", once(&HostConfig::host_name, read_text)},
      {"user", once(&HostConfig::user, read_text)},
      {"port", once(&HostConfig::port, read_port)},
      {"hostkeyalias", once(&HostConfig::host_key_alias, read_text)},
      {"identityagent", once(&HostConfig::identity_agent, read_text)},
      {"identityfile", add_identity_file},
      {"identitiesonly", once(&HostConfig::identities_only, read_flag)},
      {"canonicalizehostname", once(&HostConfig::canonicalize_host_name, read_flag)},
      {"stricthostkeychecking", once(&HostConfig::strict_host_key_checking, read_text)},
      {"connecttimeout", once(&HostConfig::connect_timeout, read_timeout)},
      {"preferredauthentications", once(&HostConfig::preferred_authentications, read_text)},
      {"pubkeyauthentication", once(&HostConfig::pubkey_authentication, read_text)},
      {"passwordauthentication", once(&HostConfig::password_authentication, read_flag)},
      {"kbdinteractiveauthentication", once(&HostConfig::kbd_interactive_authentication, read_flag)},
      {"challengeresponseauthentication", once(&HostConfig::kbd_interactive_authentication, read_flag)},
      {"batchmode", once(&HostConfig::batch_mode, read_flag)},
      {"numberofpasswordprompts", once(&HostConfig::password_prompts, read_prompt_limit)},
      {"userknownhostsfile", once(&HostConfig::user_known_hosts_files)},
      {"globalknownhostsfile", once(&HostConfig::global_known_hosts_files)},
      {"proxycommand",
       [](const ConfigLine& line, HostConfig& config) {
         if (!has_proxy(config)) config.proxy_command = line.rest;
       }},
      {"proxyjump",
       [](const ConfigLine& line, HostConfig& config) {
         if (!has_proxy(config)) config.proxy_jump = join(line.arguments(), "");
       }},
  };
  return all;
}

}  // namespace

std::string expand_host_name(const HostConfig& config, const std::string& host) {
  return config.host_name ? expand_tokens(*config.host_name, {{'h', host}, {'%', "%"}}) : host;
}

const ConfigFiles::Lines& ConfigFiles::lines_of(const std::filesystem::path& file) {
  if (const auto known = read_.find(file); known != read_.end()) return known->second;
  Lines lines;
  int number = 0;
  for (const std::string& text : kamal::lines_of(read_file_if_exists(file).value_or(""))) {
    if (auto line = ConfigLine::parse(text, file.string() + ":" + std::to_string(++number)))
      lines.push_back(std::move(*line));
  }
  return read_.emplace(file, std::move(lines)).first->second;
}

HostConfig ConfigFiles::lookup(const ConfigQuery& query) {
  Scan scan{.query = query, .host = query.host};
  read_files(scan);
  if (scan.needs_final_pass || scan.config.canonicalize_host_name.value_or(false)) {
    const std::string found = lower(expand_host_name(scan.config, query.host));
    scan.pass = ConfigPass::final;
    scan.host = found;
    // HostName can no longer change.
    scan.config.host_name = replace_all(found, "%", "%%");
    read_files(scan);
  }
  return scan.config;
}

void ConfigFiles::read_files(Scan& scan) {
  for (const auto& file : files_) apply_file({file, file.parent_path()}, true, scan);
}

void ConfigFiles::apply_file(const Source& source, bool applies, Scan& scan) {
  if (source.depth > max_include_depth)
    throw ConnectionError(source.file.string() + ": Include nested too deeply");
  bool in_block = applies;
  for (const ConfigLine& line : lines_of(source.file)) {
    if (line.keyword == "host") {
      in_block = applies && matches_patterns(line.arguments(), scan.host);
    } else if (line.keyword == "match") {
      // Always evaluated: it may request the final pass.
      in_block = match_applies(line, scan) && applies;
    } else if (line.keyword == "include") {
      include(line, source, in_block, scan);
    } else if (in_block) {
      apply(line, scan.config);
    }
  }
}

void ConfigFiles::include(const ConfigLine& line, const Source& source, bool applies, Scan& scan) {
  for (const std::string& argument : line.arguments()) {
    const std::filesystem::path path = source.directory / expand_home(argument, home_);
    for (const auto& file : glob_files(path))
      apply_file({file, source.directory, source.depth + 1}, applies, scan);
  }
}

bool ConfigFiles::match_applies(const ConfigLine& line, Scan& scan) {
  const HostConfig& config = scan.config;
  const ConfigQuery& query = scan.query;
  const MatchResult result =
      evaluate_match(line, {.pass = scan.pass,
                            .host = expand_host_name(config, query.host),
                            .original_host = query.host,
                            .user = query.user ? *query.user : config.user.value_or(query.local_user),
                            .local_user = query.local_user});
  if (result.needs_final_pass) scan.needs_final_pass = true;
  for (const std::string& criterion : result.unsupported) {
    if (warned_.insert(criterion).second && warn_)
      warn_(line.location + ": Match " + criterion + " is not supported; its block is ignored");
  }
  return result.applies;
}

void ConfigFiles::apply(const ConfigLine& line, HostConfig& config) {
  const auto setter = setters().find(line.keyword);
  if (setter == setters().end() || line.rest.empty()) return;
  const bool raw = line.keyword == "proxycommand";
  if (!raw && line.arguments().empty()) return;
  setter->second(line, config);
  config.locations.emplace(line.keyword, line.location);
}

}  // namespace kamal::sshkit
