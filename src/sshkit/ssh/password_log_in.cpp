#include "sshkit/ssh/password_log_in.h"

#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

// PAM's "Password: ", "Password for deploy@web:", "deploy's password:"; no "One-time password:".
bool asks_for_password(const std::string& prompt) {
  const std::string text = lower(strip(prompt));
  return text.starts_with("password") || text.find("'s password") != std::string::npos;
}

AuthAnswer PasswordLogIn::try_password() {
  while (!session_.closed()) {
    session_.waited();
    const std::optional<std::string> password = passwords_.next(target_);
    if (!password) break;
    const AuthAnswer answer = session_.patient_request(
        [&] { return ssh_userauth_password(session_.get(), nullptr, password->c_str()); });
    settle(*password, answer);
    if (answer != AuthAnswer::refused) return answer;
  }
  return AuthAnswer::refused;
}

AuthAnswer PasswordLogIn::try_keyboard_interactive() {
  for (int i = 0; i < target_.password_prompts && !session_.closed(); ++i) {
    const Replies replies = converse();
    if (replies.password && replies.complete) settle(*replies.password, replies.answer);
    if (replies.answer != AuthAnswer::refused) return replies.answer;
    if (!replies.complete) break;
  }
  return AuthAnswer::refused;
}

PasswordLogIn::Replies PasswordLogIn::converse() {
  Replies replies;
  const auto step = [&] { return ssh_userauth_kbdint(session_.get(), nullptr, nullptr); };
  replies.answer = session_.patient_request(step);
  bool asked = false;
  while (replies.answer == AuthAnswer::question) {
    asked = asked || ssh_userauth_kbdint_getnprompts(session_.get()) > 0;
    replies.complete = answer_prompts(replies);
    if (!replies.complete) {
      replies.answer = AuthAnswer::refused;
      return replies;
    }
    replies.answer = session_.patient_request(step);
  }
  // Without a question, another attempt would end the same.
  if (!asked) replies.complete = false;
  return replies;
}

bool PasswordLogIn::answer_prompts(Replies& replies) {
  const int count = ssh_userauth_kbdint_getnprompts(session_.get());
  for (int i = 0; i < count; ++i) {
    char echo = 0;
    const std::string prompt =
        text_of(ssh_userauth_kbdint_getprompt(session_.get(), static_cast<unsigned>(i), &echo));
    session_.waited();
    const auto answer = reply(prompt, count == 1 && echo == 0, replies);
    if (!answer) return false;
    ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i), answer->c_str());
  }
  return true;
}

std::optional<std::string> PasswordLogIn::reply(const std::string& prompt, bool alone, Replies& replies) {
  if (!alone || replies.password || !asks_for_password(prompt)) {
    std::string text = text_of(ssh_userauth_kbdint_getinstruction(session_.get()));
    if (!text.empty()) text += " ";
    return passwords_.ask(target_, printable(text + prompt));
  }
  return replies.password = passwords_.next(target_);
}

void PasswordLogIn::settle(const std::string& password, AuthAnswer answer) {
  if (answer != AuthAnswer::refused) return passwords_.accepted(target_, password);
  ++refused_;
  passwords_.refused(target_, password);
}

}  // namespace kamal::sshkit
