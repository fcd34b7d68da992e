#include "sshkit/ssh/password_login.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

std::string to_string(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

Passwords::Group& Passwords::group_for(const Target& target) {
  return groups_[target.separate_password ? target.connection_key() : target.user];
}

std::optional<std::string> Passwords::next(const Target& target) {
  const std::lock_guard lock(mutex_);
  Group& group = group_for(target);
  Host& host = hosts_[target.connection_key()];
  if (host.attempts >= target.password_prompts) return std::nullopt;
  if (auto password = known(group, host)) return password;
  return typed(target, group, host);
}

// Newest first: a correction counts for all hosts.
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
  std::string question = (again ? "Wrong password, try again for " : "Password for ") + target.login_name();
  if (!again && !target.separate_password) question += " (and other hosts that ask)";
  const std::optional<std::string> password = prompt(question + ": ");
  if (!password || password->empty()) {
    (again ? host.given_up : group.given_up) = true;
    return std::nullopt;
  }
  // If another host accepted one, this password is for this host alone.
  (again && group.accepted ? host.typed : group.typed).push_back(*password);
  return password;
}

void Passwords::accepted(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Group& group = group_for(target);
  if (std::find(group.typed.begin(), group.typed.end(), password) != group.typed.end())
    group.accepted = password;
}

void Passwords::refused(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[target.connection_key()];
  host.refused.insert(password);
  ++host.attempts;
}

std::optional<std::string> Passwords::ask(const Target& target, const std::string& text) {
  const std::lock_guard lock(mutex_);
  return prompt(target.login_name() + ": " + text);
}

std::optional<std::string> Passwords::prompt(const std::string& question) {
  std::optional<std::string> result = keyring_.prompt(question);
  if (!result) has_no_terminal_ = true;
  return result;
}

bool Passwords::has_no_terminal() const {
  const std::lock_guard lock(mutex_);
  return has_no_terminal_;
}

// "Password: ", "Password for deploy@web:", "deploy's password:"; but not "One-time password:".
bool asks_for_password(const std::string& prompt) {
  const std::string text = lower(strip(prompt));
  return text.starts_with("password") || text.find("'s password") != std::string::npos;
}

AuthResult PasswordLogin::try_password() {
  while (!session_.closed()) {
    session_.prompted();
    const std::optional<std::string> password = passwords_.next(target_);
    if (!password) break;
    const AuthResult result = session_.interactive_request(
        [&] { return ssh_userauth_password(session_.get(), nullptr, password->c_str()); });
    record(*password, result);
    if (result != AuthResult::refused) return result;
  }
  return AuthResult::refused;
}

AuthResult PasswordLogin::try_keyboard_interactive() {
  for (int i = 0; i < target_.password_prompts && !session_.closed(); ++i) {
    const Replies replies = answer_prompts();
    if (replies.password && replies.complete) record(*replies.password, replies.result);
    if (replies.result != AuthResult::refused) return replies.result;
    if (!replies.complete) break;
  }
  return AuthResult::refused;
}

PasswordLogin::Replies PasswordLogin::answer_prompts() {
  Replies replies;
  const auto step = [&] { return ssh_userauth_kbdint(session_.get(), nullptr, nullptr); };
  replies.result = session_.interactive_request(step);
  bool prompted = false;
  while (replies.result == AuthResult::prompts) {
    prompted = prompted || ssh_userauth_kbdint_getnprompts(session_.get()) > 0;
    replies.complete = answer_round(replies);
    if (!replies.complete) {
      replies.result = AuthResult::refused;
      return replies;
    }
    replies.result = session_.interactive_request(step);
  }
  // Without a prompt, another attempt would end the same way.
  if (!prompted) replies.complete = false;
  return replies;
}

bool PasswordLogin::answer_round(Replies& replies) {
  const int count = ssh_userauth_kbdint_getnprompts(session_.get());
  for (int i = 0; i < count; ++i) {
    char echo = 0;
    const std::string prompt =
        to_string(ssh_userauth_kbdint_getprompt(session_.get(), static_cast<unsigned>(i), &echo));
    session_.prompted();
    const auto result = reply(prompt, count == 1 && echo == 0, replies);
    if (!result) return false;
    ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i), result->c_str());
  }
  return true;
}

std::optional<std::string> PasswordLogin::reply(const std::string& prompt, bool alone, Replies& replies) {
  if (!alone || replies.password || !asks_for_password(prompt)) {
    std::string text = to_string(ssh_userauth_kbdint_getinstruction(session_.get()));
    if (!text.empty()) text += " ";
    return passwords_.ask(target_, printable(text + prompt));
  }
  return replies.password = passwords_.next(target_);
}

void PasswordLogin::record(const std::string& password, AuthResult result) {
  if (result != AuthResult::refused) return passwords_.accepted(target_, password);
  ++refused_;
  passwords_.refused(target_, password);
}

}  // namespace kamal::sshkit
