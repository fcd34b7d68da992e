#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// The passwords of a run: prompted for once per user, tried on each host that requires one, prompted for
// again by name if a host refuses it. Kept in memory only. Thread-safe; threads that call during a prompt
// wait for its answer.
class Passwords {
 public:
  explicit Passwords(Keyring& keyring) : keyring_(keyring) {}

  // What to try next; nothing when the server refused too many or there is no answer.
  std::optional<std::string> next(const Target& target);
  void accepted(const Target& target, const std::string& password);
  void refused(const Target& target, const std::string& password);
  // What only the server's own words explain (a one-time code): asked for each time.
  std::optional<std::string> ask(const Target& target, const std::string& prompt);

  bool nobody_answers() const;

 private:
  // Of those servers that probably have the same one.
  struct Group {
    std::vector<std::string> typed;  // the oldest first
    std::optional<std::string> accepted;
    bool given_up = false;
  };
  struct Host {
    std::vector<std::string> typed;  // by the host's name
    std::set<std::string> refused;
    int tries = 0;
    bool given_up = false;
  };

  Group& group_of(const Target& target);
  std::optional<std::string> known(const Group& group, const Host& host) const;
  std::optional<std::string> typed(const Target& target, Group& group, Host& host);
  std::optional<std::string> prompt(const std::string& question);

  mutable std::mutex mutex_;
  Keyring& keyring_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Host> hosts_;
  bool nobody_answers_ = false;
};

}  // namespace kamal::sshkit
