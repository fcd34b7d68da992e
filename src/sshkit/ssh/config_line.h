#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::sshkit {

// A line of ssh_config(5) that is not blank or a comment.
struct ConfigLine {
  std::string location;                                      // FILE:LINE
  std::string keyword;                                       // lowercase
  std::optional<std::vector<std::string>> parsed_arguments;  // nullopt for an unterminated quote
  std::string rest;                                          // everything after the keyword, as written

  static std::optional<ConfigLine> parse(std::string_view text, std::string location);
  const std::vector<std::string>& arguments() const;  // throws ConnectionError for an unterminated quote
  [[noreturn]] void fail(const std::string& reason) const;  // throws ConnectionError
};

// A time of ssh_config(5): 90, 1m30s, 2h.
std::optional<std::chrono::seconds> config_duration(std::string_view text);

// Replaces each token, such as %h; unknown ones stay.
std::string expand_tokens(std::string_view text, const std::map<char, std::string>& tokens);

// Matches the whole text with an OpenSSH pattern: `*` and `?` are wildcards.
bool matches_pattern(std::string_view pattern, std::string_view text);

// True if a pattern matches and none that is negated with `!`.
bool matches_patterns(const std::vector<std::string>& patterns, std::string_view text);

// OpenSSH reads its files a second time, with the hostname of the first pass, for `Match final` and
// CanonicalizeHostname.
enum class ConfigPass { first, final };

// The values that Match criteria are compared with.
struct MatchContext {
  ConfigPass pass = ConfigPass::first;
  std::string host;           // after HostName
  std::string original_host;  // before HostName
  std::string user;           // on the server, if known
  std::string local_user;
};

struct MatchResult {
  bool applies = true;
  bool needs_final_pass = false;
  // Unsupported criteria, such as exec, if all others match; the block is ignored.
  std::vector<std::string> unsupported;
};

// Throws ConnectionError for what ssh rejects, too.
MatchResult evaluate_match(const ConfigLine& line, const MatchContext& context);

}  // namespace kamal::sshkit
