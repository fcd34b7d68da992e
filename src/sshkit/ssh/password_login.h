#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sshkit/ssh/authentication.h"
#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// The passwords of a run: prompted for once per user, tried on each host that requires one, prompted for
// again per host if refused. Kept in memory only. Thread-safe; calls during a prompt wait for it.
class Passwords {
 public:
  explicit Passwords(Keyring& keyring) : keyring_(keyring) {}

  // The password to try next; nullopt after too many refusals or without input.
  std::optional<std::string> next(const Target& target);
  void accepted(const Target& target, const std::string& password);
  void refused(const Target& target, const std::string& password);
  // Prompts each time, with the server's own text (such as for a one-time code).
  std::optional<std::string> ask(const Target& target, const std::string& prompt);

  bool has_no_terminal() const;  // a prompt could not be shown

 private:
  // Hosts that probably share a password.
  struct Group {
    std::vector<std::string> typed;  // oldest first
    std::optional<std::string> accepted;
    bool given_up = false;
  };
  struct Host {
    std::vector<std::string> typed;  // for this host alone
    std::set<std::string> refused;
    int attempts = 0;
    bool given_up = false;
  };

  Group& group_for(const Target& target);
  std::optional<std::string> known(const Group& group, const Host& host) const;
  std::optional<std::string> typed(const Target& target, Group& group, Host& host);
  std::optional<std::string> prompt(const std::string& question);

  mutable std::mutex mutex_;
  Keyring& keyring_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Host> hosts_;
  bool has_no_terminal_ = false;
};

// Whether a keyboard-interactive prompt asks for the password rather than for a one-time code.
bool asks_for_password(const std::string& prompt);

// The methods "password" and "keyboard-interactive".
class PasswordLogin {
 public:
  PasswordLogin(AuthSession& session, const Target& target, Passwords& passwords)
      : session_(session), target_(target), passwords_(passwords) {}

  AuthResult try_password();
  AuthResult try_keyboard_interactive();

  int refused() const { return refused_; }

 private:
  // One attempt; incomplete if a prompt got no input.
  struct Replies {
    AuthResult result = AuthResult::refused;
    bool complete = true;
    std::optional<std::string> password;  // taken from passwords_
  };
  Replies answer_prompts();
  bool answer_round(Replies& replies);
  std::optional<std::string> reply(const std::string& prompt, bool alone, Replies& replies);
  void record(const std::string& password, AuthResult result);

  AuthSession& session_;
  const Target& target_;
  Passwords& passwords_;
  int refused_ = 0;
};

}  // namespace kamal::sshkit
