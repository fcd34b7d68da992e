#include "sshkit/ssh/config_file.h"

#include <glob.h>

#include <algorithm>

#include "kamal/sshkit/error.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/patterns.h"

namespace kamal::sshkit {
namespace {

constexpr int deepest_include = 16;

template <class Value>
void set_once(std::optional<Value>& value, Value given) {
  if (!value) value = std::move(given);
}

std::vector<std::filesystem::path> files_matching(const std::string& pattern) {
  std::vector<std::filesystem::path> files;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  }
  globfree(&found);
  return files;
}

void set_port(const ConfigPlace& place, HostConfig& config) {
  const std::string& text = place.arguments().front();
  const std::optional<int> port = config_number(text);
  if (!port || *port < 1 || *port > 65535) place.fail("Port must be 1 to 65535, not " + text);
  if (config.port) return;
  config.port = *port;
  config.port_place = place.text();
}

void set_user(const ConfigPlace& place, HostConfig& config) {
  if (config.user) return;
  config.user = place.arguments().front();
  config.user_place = place.text();
}

void set_connect_timeout(const ConfigPlace& place, HostConfig& config) {
  const std::string& text = place.arguments().front();
  if (lower(text) == "none") return;
  const auto timeout = config_duration(text);
  if (!timeout) place.fail("ConnectTimeout must be a time such as 30 or 1m, not " + text);
  set_once(config.connect_timeout, *timeout);
}

void set_password_prompts(const ConfigPlace& place, HostConfig& config) {
  const std::string& text = place.arguments().front();
  const std::optional<int> prompts = config_number(text);
  if (!prompts || *prompts < 0) place.fail("NumberOfPasswordPrompts must be a number, not " + text);
  set_once(config.password_prompts, *prompts);
}

void add_identity_file(const ConfigPlace& place, HostConfig& config) {
  const std::string& file = place.arguments().front();
  if (std::ranges::find(config.identity_files, file) == config.identity_files.end())
    config.identity_files.push_back(file);
}

// Of ProxyJump and ProxyCommand the first one counts.
bool has_way(const HostConfig& config) { return config.proxy_jump || config.proxy_command; }

using Setter = std::function<void(const ConfigPlace& place, HostConfig& config)>;

// The first argument becomes the value, unless there is one.
Setter text_of(std::optional<std::string> HostConfig::*member) {
  return [member](const ConfigPlace& place, HostConfig& config) {
    set_once(config.*member, place.arguments().front());
  };
}

Setter flag_of(std::optional<bool> HostConfig::*member) {
  return [member](const ConfigPlace& place, HostConfig& config) {
    const std::string text = lower(place.arguments().front());
    set_once(config.*member, text == "yes" || text == "true" || text == "always");
  };
}

Setter list_of(std::vector<std::string> HostConfig::*member) {
  return [member](const ConfigPlace& place, HostConfig& config) {
    if ((config.*member).empty()) config.*member = place.arguments();
  };
}

const std::map<std::string_view, Setter>& setters() {
  static const std::map<std::string_view, Setter> all{
      {"hostname", text_of(&HostConfig::host_name)},
      {"user", set_user},
      {"port", set_port},
      {"hostkeyalias", text_of(&HostConfig::host_key_alias)},
      {"identityagent", text_of(&HostConfig::identity_agent)},
      {"identityfile", add_identity_file},
      {"identitiesonly", flag_of(&HostConfig::identities_only)},
      {"canonicalizehostname", flag_of(&HostConfig::canonicalize_host_name)},
      {"stricthostkeychecking", text_of(&HostConfig::strict_host_key_checking)},
      {"connecttimeout", set_connect_timeout},
      {"preferredauthentications", text_of(&HostConfig::preferred_authentications)},
      {"pubkeyauthentication", text_of(&HostConfig::pubkey_authentication)},
      {"passwordauthentication", flag_of(&HostConfig::password_authentication)},
      {"kbdinteractiveauthentication", flag_of(&HostConfig::kbd_interactive_authentication)},
      {"challengeresponseauthentication", flag_of(&HostConfig::kbd_interactive_authentication)},
      {"batchmode", flag_of(&HostConfig::batch_mode)},
      {"numberofpasswordprompts", set_password_prompts},
      {"userknownhostsfile", list_of(&HostConfig::user_known_hosts_files)},
      {"globalknownhostsfile", list_of(&HostConfig::global_known_hosts_files)},
      {"proxycommand",
       [](const ConfigPlace& place, HostConfig& config) {
         if (!has_way(config)) config.proxy_command = place.line.rest;
       }},
      {"proxyjump",
       [](const ConfigPlace& place, HostConfig& config) {
         if (!has_way(config)) config.proxy_jump = join(place.arguments(), "");
       }},
  };
  return all;
}

}  // namespace

std::string expand_host_name(const HostConfig& config, const std::string& host) {
  if (!config.host_name) return host;
  std::string expanded;
  for (size_t i = 0; i < config.host_name->size(); ++i) {
    const std::string token = config.host_name->substr(i, 2);
    if (token == "%h" || token == "%%") {
      expanded += token == "%h" ? host : "%";
      ++i;
    } else {
      expanded += token[0];
    }
  }
  return expanded;
}

const ConfigFiles::Lines& ConfigFiles::lines_of(const std::filesystem::path& file) {
  if (const auto known = read_.find(file); known != read_.end()) return known->second;
  Lines lines;
  int number = 0;
  for (const std::string& text : kamal::lines_of(read_file_if_exists(file).value_or(""))) {
    if (auto line = ConfigLine::parse(text, ++number)) lines.push_back(std::move(*line));
  }
  return read_.emplace(file, std::move(lines)).first->second;
}

HostConfig ConfigFiles::of(const ConfigQuery& query) {
  Reading reading{.query = query, .host = query.host};
  read_files(reading);
  if (reading.asks_for_final_pass || reading.config.canonicalize_host_name.value_or(false)) {
    const std::string found = lower(expand_host_name(reading.config, query.host));
    reading.pass = ConfigPass::final;
    reading.host = found;
    // It is too late for another HostName.
    reading.config.host_name = replace_all(found, "%", "%%");
    read_files(reading);
  }
  return reading.config;
}

void ConfigFiles::read_files(Reading& reading) {
  for (const auto& file : files_) apply_file({file, file.parent_path()}, true, reading);
}

void ConfigFiles::apply_file(const Source& source, bool applies, Reading& reading) {
  if (source.depth > deepest_include)
    throw ConnectionError(source.file.string() + ": Include nested too deeply");
  bool in_block = applies;
  for (const ConfigLine& line : lines_of(source.file)) {
    const ConfigPlace place{source.file, line};
    if (line.keyword == "host") {
      in_block = applies && matches_patterns(place.arguments(), reading.host);
    } else if (line.keyword == "match") {
      // Evaluated in any case: it may ask for the final pass.
      in_block = match_applies(place, reading) && applies;
    } else if (line.keyword == "include") {
      include(place, source, in_block, reading);
    } else if (in_block) {
      apply(place, reading.config);
    }
  }
}

void ConfigFiles::include(const ConfigPlace& place, const Source& source, bool applies, Reading& reading) {
  for (const std::string& argument : place.arguments()) {
    const std::filesystem::path path = source.folder / expand_home(argument, home_);
    for (const auto& file : files_matching(path))
      apply_file({file, source.folder, source.depth + 1}, applies, reading);
  }
}

bool ConfigFiles::match_applies(const ConfigPlace& place, Reading& reading) {
  const HostConfig& config = reading.config;
  const ConfigQuery& query = reading.query;
  const MatchResult result =
      evaluate_match(place, {.pass = reading.pass,
                             .host = expand_host_name(config, query.host),
                             .original_host = query.host,
                             .user = query.user ? *query.user : config.user.value_or(query.local_user),
                             .local_user = query.local_user});
  if (result.asks_for_final_pass) reading.asks_for_final_pass = true;
  for (const std::string& criterion : result.unsupported) {
    if (warned_.insert(criterion).second && warn_)
      warn_(place.text() + ": Match " + criterion + " is not supported; its block is ignored");
  }
  return result.applies;
}

void ConfigFiles::apply(const ConfigPlace& place, HostConfig& config) {
  const auto setter = setters().find(place.line.keyword);
  if (setter == setters().end() || place.line.rest.empty()) return;
  const bool raw = place.line.keyword == "proxycommand";
  if (raw || !place.arguments().empty()) setter->second(place, config);
}

}  // namespace kamal::sshkit
