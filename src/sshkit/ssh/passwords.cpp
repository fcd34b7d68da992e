#include "sshkit/ssh/passwords.h"

#include <algorithm>

namespace kamal::sshkit {

Passwords::Group& Passwords::group_of(const Target& target) {
  return groups_[target.own_password ? target.identity() : target.user];
}

std::optional<std::string> Passwords::next(const Target& target) {
  const std::lock_guard lock(mutex_);
  Group& group = group_of(target);
  Host& host = hosts_[target.identity()];
  if (host.tries >= target.password_prompts) return std::nullopt;
  if (auto password = known(group, host)) return password;
  return typed(target, group, host);
}

// The newest first: who typed the wrong one for all servers corrects it once.
std::optional<std::string> Passwords::known(const Group& group, const Host& host) const {
  std::vector<std::string> candidates = group.typed;
  if (group.accepted) candidates.push_back(*group.accepted);
  candidates.insert(candidates.end(), host.typed.begin(), host.typed.end());
  const auto found = std::find_if(candidates.rbegin(), candidates.rend(),
                                  [&](const auto& password) { return !host.refused.contains(password); });
  if (found == candidates.rend()) return std::nullopt;
  return *found;
}

std::optional<std::string> Passwords::typed(const Target& target, Group& group, Host& host) {
  const bool again = !host.refused.empty();
  if (host.given_up || (!again && group.given_up)) return std::nullopt;
  std::string question = (again ? "Wrong password, try again for " : "Password for ") + target.person();
  if (!again && !target.own_password) question += " (and other hosts that ask)";
  const std::optional<std::string> password = prompt(question + ": ");
  if (!password || password->empty()) {
    (again ? host.given_up : group.given_up) = true;
    return std::nullopt;
  }
  // After another server took one, this is a password of this host alone.
  (again && group.accepted ? host.typed : group.typed).push_back(*password);
  return password;
}

void Passwords::accepted(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Group& group = group_of(target);
  if (std::find(group.typed.begin(), group.typed.end(), password) != group.typed.end())
    group.accepted = password;
}

void Passwords::refused(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[target.identity()];
  host.refused.insert(password);
  ++host.tries;
}

std::optional<std::string> Passwords::ask(const Target& target, const std::string& text) {
  const std::lock_guard lock(mutex_);
  return prompt(target.person() + ": " + text);
}

std::optional<std::string> Passwords::prompt(const std::string& question) {
  std::optional<std::string> answer = keyring_.ask(question);
  if (!answer) nobody_answers_ = true;
  return answer;
}

bool Passwords::nobody_answers() const {
  const std::lock_guard lock(mutex_);
  return nobody_answers_;
}

}  // namespace kamal::sshkit
