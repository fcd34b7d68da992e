#pragma once

#include <string>
#include <vector>

#include "sshkit/ssh/config_line.h"

namespace kamal::sshkit {

// OpenSSH reads its files a second time where they ask for it (`Match final`, CanonicalizeHostname), with the
// host name that the first time found.
enum class ConfigPass { first, final };

// What the criteria of Match are compared with.
struct MatchFacts {
  ConfigPass pass = ConfigPass::first;
  std::string host;           // after HostName
  std::string original_host;  // as given
  std::string user;           // on the server, as far as it is known
  std::string local_user;
};

struct MatchResult {
  bool applies = true;
  bool asks_for_final_pass = false;
  // Criteria that are not supported, such as exec, if all others match; the block is ignored.
  std::vector<std::string> unsupported;
};

// Throws ConnectionError for what ssh would not accept either.
MatchResult evaluate_match(const ConfigPlace& place, const MatchFacts& facts);

}  // namespace kamal::sshkit
