#include "sshkit/ssh/config_file.h"

#include <glob.h>

#include <charconv>

#include "kamal/sshkit/error.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/patterns.h"

namespace kamal::sshkit {
namespace {

constexpr int deepest_include = 16;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Words with "quotes"; a # that starts a word starts a comment. Nothing for a quote that isn't closed.
std::optional<std::vector<std::string>> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = without_leading_space(text)).empty() && text.front() != '#') {
    std::string word;
    bool quoted = false;
    while (!text.empty() && (quoted || !is_space(text.front()))) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && !text.empty() && (text.front() == '"' || text.front() == '\\')) {
        word += text.front();
        text.remove_prefix(1);
      } else {
        word += c;
      }
    }
    if (quoted) return std::nullopt;
    words.push_back(std::move(word));
  }
  return words;
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// 90, 1m30s, 2h: seconds as ssh_config(5) writes them.
std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  std::chrono::seconds total{0};
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::optional<int> number = number_of(text.substr(0, digits));
    if (!number) return std::nullopt;
    text.remove_prefix(digits);
    constexpr std::string_view units = "smhdw";
    constexpr int seconds[] = {1, 60, 3600, 86400, 604800};
    size_t unit = 0;
    if (!text.empty()) {
      unit = units.find(static_cast<char>(text.front() | 0x20));
      if (unit == std::string_view::npos) return std::nullopt;
      text.remove_prefix(1);
    }
    total += std::chrono::seconds(*number) * seconds[unit];
  }
  return total;
}

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

}  // namespace

std::string ConfigFiles::Place::text() const { return file.string() + ":" + std::to_string(line.number); }

std::optional<ConfigFiles::Line> ConfigFiles::parse_line(std::string_view text, int number,
                                                         const std::filesystem::path& file) {
  text = without_leading_space(text);
  if (text.empty() || text.front() == '#') return std::nullopt;
  size_t end = 0;
  while (end < text.size() && !is_space(text[end]) && text[end] != '=') ++end;
  Line line{number, lower(text.substr(0, end)), {}, {}};
  text = without_leading_space(text.substr(end));
  if (text.starts_with('=')) text = without_leading_space(text.substr(1));
  line.rest = strip(text);
  if (line.keyword == "proxycommand") return line;
  auto words = words_of(text);
  if (!words) throw ConnectionError(Place{file, line}.text() + ": a quote is not closed");
  line.arguments = std::move(*words);
  return line;
}

const ConfigFiles::Lines& ConfigFiles::lines_of(const std::filesystem::path& file) {
  if (const auto known = read_.find(file); known != read_.end()) return known->second;
  Lines lines;
  int number = 0;
  for (const std::string& text : kamal::lines_of(read_file_if_exists(file).value_or(""))) {
    if (auto line = parse_line(text, ++number, file)) lines.push_back(std::move(*line));
  }
  return read_.emplace(file, std::move(lines)).first->second;
}

HostConfig ConfigFiles::of(const std::string& host) {
  HostConfig config;
  for (const auto& file : files_) apply_file(file, host, true, 0, config);
  return config;
}

void ConfigFiles::apply_file(const std::filesystem::path& file, const std::string& host, bool applies,
                             int depth, HostConfig& config) {
  if (depth > deepest_include) throw ConnectionError(file.string() + ": files include each other too deeply");
  bool in_block = applies;
  for (const Line& line : lines_of(file)) {
    const Place place{file, line};
    if (line.keyword == "host") {
      in_block = applies && matches_patterns(line.arguments, host);
    } else if (line.keyword == "match") {
      in_block = applies && match_applies(place);
    } else if (line.keyword == "include") {
      if (in_block) include(place, host, in_block, depth, config);
    } else if (in_block) {
      apply(place, config);
    }
  }
}

void ConfigFiles::include(const Place& place, const std::string& host, bool applies, int depth,
                          HostConfig& config) {
  for (const std::string& argument : place.line.arguments) {
    std::filesystem::path path = expand_home(argument, home_);
    if (path.is_relative()) {
      const bool of_system = place.file.string().starts_with("/etc/");
      path = (of_system ? std::filesystem::path("/etc/ssh") : std::filesystem::path(home_) / ".ssh") / path;
    }
    for (const auto& file : files_matching(path)) apply_file(file, host, applies, depth + 1, config);
  }
}

bool ConfigFiles::match_applies(const Place& place) {
  if (place.line.arguments == std::vector<std::string>{"all"}) return true;
  if (warned_.insert(place.text()).second && warn_) {
    warn_(place.text() + ": Match blocks are not supported and left out (Host blocks are)");
  }
  return false;
}

void ConfigFiles::apply(const Place& place, HostConfig& config) {
  const Line& line = place.line;
  const std::string& keyword = line.keyword;
  if (keyword == "proxycommand") {
    if (!config.proxy_jump) set_once(config.proxy_command, line.rest);
    return;
  }
  if (line.arguments.empty()) return;
  const std::string& first = line.arguments.front();
  if (keyword == "hostname") set_once(config.host_name, first);
  if (keyword == "user") set_once(config.user, first);
  if (keyword == "hostkeyalias") set_once(config.host_key_alias, first);
  if (keyword == "identityagent") set_once(config.identity_agent, first);
  if (keyword == "identityfile") config.identity_files.push_back(first);
  if (keyword == "identitiesonly") set_once(config.identities_only, lower(first) == "yes");
  if (keyword == "stricthostkeychecking") set_once(config.strict_host_key_checking, lower(first));
  if (keyword == "proxyjump" && !config.proxy_command) set_once(config.proxy_jump, join(line.arguments, ""));
  if (keyword == "userknownhostsfile" && config.user_known_hosts_files.empty())
    config.user_known_hosts_files = line.arguments;
  if (keyword == "globalknownhostsfile" && config.global_known_hosts_files.empty())
    config.global_known_hosts_files = line.arguments;
  if (keyword == "port") {
    const std::optional<int> port = number_of(first);
    if (!port || *port < 1 || *port > 65535)
      throw ConnectionError(place.text() + ": Port is not a number from 1 to 65535: " + first);
    set_once(config.port, *port);
  }
  if (keyword == "connecttimeout" && lower(first) != "none") {
    const auto timeout = duration_of(first);
    if (!timeout) throw ConnectionError(place.text() + ": ConnectTimeout is not a time: " + first);
    set_once(config.connect_timeout, *timeout);
  }
}

}  // namespace kamal::sshkit
