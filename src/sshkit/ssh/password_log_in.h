#pragma once

#include "sshkit/ssh/auth_session.h"

namespace kamal::sshkit {

// Is it the password that a prompt of keyboard-interactive wants, and no one-time code?
bool asks_for_password(const std::string& prompt);

// The methods that prompt: "password" and "keyboard-interactive".
class PasswordLogIn {
 public:
  PasswordLogIn(AuthSession& session, const Target& target, Passwords& passwords)
      : session_(session), target_(target), passwords_(passwords) {}

  AuthAnswer try_password();
  AuthAnswer try_keyboard_interactive();

  int refused() const { return refused_; }

 private:
  // Answers the prompts of one attempt; incomplete if one got no answer.
  struct Replies {
    AuthAnswer answer = AuthAnswer::refused;
    bool complete = true;
    std::optional<std::string> password;  // what was answered out of the passwords
  };
  Replies converse();
  bool answer_prompts(Replies& replies);
  std::optional<std::string> reply(const std::string& prompt, bool alone, Replies& replies);
  void settle(const std::string& password, AuthAnswer answer);

  AuthSession& session_;
  const Target& target_;
  Passwords& passwords_;
  int refused_ = 0;
};

}  // namespace kamal::sshkit
