#include "sshkit/ssh/authentication.h"

#include <algorithm>

#include "kamal/sshkit/server.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/key_login.h"
#include "sshkit/ssh/keyring.h"

namespace kamal::sshkit {
namespace {

std::string to_string(const char* text) { return text == nullptr ? "" : text; }

// The methods "password" and "keyboard-interactive".
class PasswordLogin {
 public:
  PasswordLogin(AuthSession& session, const Target& target, Passwords& passwords)
      : session_(session), target_(target), passwords_(passwords) {}

  AuthResult try_password() {
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

  AuthResult try_keyboard_interactive() {
    for (int i = 0; i < target_.password_prompts && !session_.closed(); ++i) {
      const Replies replies = answer_prompts();
      if (replies.password && replies.complete) record(*replies.password, replies.result);
      if (replies.result != AuthResult::refused) return replies.result;
      if (!replies.complete) break;
    }
    return AuthResult::refused;
  }

  int refused() const { return refused_; }

 private:
  // One attempt; incomplete if a prompt got no input.
  struct Replies {
    AuthResult result = AuthResult::refused;
    bool complete = true;
    std::optional<std::string> password;  // taken from passwords_
  };

  Replies answer_prompts() {
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

  bool answer_round(Replies& replies) {
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

  std::optional<std::string> reply(const std::string& prompt, bool alone, Replies& replies) {
    if (!alone || replies.password || !asks_for_password(prompt)) {
      std::string text = to_string(ssh_userauth_kbdint_getinstruction(session_.get()));
      if (!text.empty()) text += " ";
      return passwords_.ask(target_, without_controls(text + prompt));
    }
    return replies.password = passwords_.next(target_);
  }

  void record(const std::string& password, AuthResult result) {
    if (result != AuthResult::refused) return passwords_.accepted(target_, password);
    ++refused_;
    passwords_.refused(target_, password);
  }

  AuthSession& session_;
  const Target& target_;
  Passwords& passwords_;
  int refused_ = 0;
};

// Length of an AuthenticationMethods list.
constexpr int max_steps = 8;
// A refused "none" counts against MaxAuthTries: leave attempts for prompts.
constexpr size_t max_keys_before_none = 3;

// One login: tries the methods in order until the server is satisfied.
class Login {
 public:
  Login(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter)
      : target_(target),
        passwords_(shared.passwords),
        session_(session, target, shared, waiter),
        keys_(session_, target, shared, waiter),
        prompts_(session_, target, shared.passwords) {}

  bool run() {
    session_.start();
    // If a key is tried first, "none" would cost a round trip.
    const bool key_first = first_method() == "publickey" && keys_.any_ready();
    AuthResult result = key_first ? AuthResult::partial : none();
    for (int i = 0; i < max_steps && result != AuthResult::accepted; ++i) {
      result = try_methods();
      if (result == AuthResult::refused) break;
      step_accepted_ = none_tried_ = true;
    }
    return result == AuthResult::accepted;
  }

  std::string failure() const {
    std::string text = "permission denied for user " + target_.user + ". ";
    text += keys_.tried().empty() ? "No keys to try" : "Keys tried: " + join(keys_.tried(), ", ");
    for (const std::string& note : keys_.notes()) text += "; " + note;
    if (session_.closed() && prompts_.refused() == 0)
      text += "; too many keys tried: set ssh/keys and ssh/keys_only";
    if (prompts_.refused() > 0) text += "; the password was refused";
    return text + offer() + ". " + hint();
  }

 private:
  AuthResult none() {
    none_tried_ = true;
    return session_.interactive_request([&] { return ssh_userauth_none(session_.get(), nullptr); });
  }

  AuthResult try_methods() {
    for (const std::string& method : target_.auth_methods) {
      if (!session_.offers(method)) continue;
      const AuthResult result = try_method(method);
      if (result != AuthResult::refused) return result;
    }
    return AuthResult::refused;
  }

  AuthResult try_method(const std::string& method) {
    if (method == "password") return prompts_.try_password();
    if (method == "keyboard-interactive") return prompts_.try_keyboard_interactive();
    AuthResult result = keys_.try_ready();
    const bool few_tries = keys_.tried().size() <= max_keys_before_none || !offers_prompts();
    if (result == AuthResult::refused && !none_tried_ && few_tries) result = none();
    return result == AuthResult::refused ? keys_.try_encrypted() : result;
  }

  std::string first_method() const {
    return target_.auth_methods.empty() ? "" : target_.auth_methods.front();
  }

  bool offers_prompts() const {
    return std::any_of(target_.auth_methods.begin(), target_.auth_methods.end(),
                       [&](const auto& method) { return method != "publickey" && session_.offers(method); });
  }

  std::string offer() const {
    const std::vector<std::string> offered = session_.offered();
    if (offered.empty()) return "";
    if (step_accepted_)
      return "; accepted, but " + to_sentence(offered) + " is required as well (AuthenticationMethods)";
    std::string text = "; the host offers " + to_sentence(offered, "and");
    if (offers_prompts() && passwords_.has_no_terminal()) text += ", but there is no terminal to prompt on";
    return text;
  }

  std::string hint() const {
    if (!keys_.tried().empty())
      return "Add a key to that user's ~/.ssh/authorized_keys, or set ssh/user or ssh/keys";
    std::string text = "Set ssh/keys or ssh/key_data to a key that the host accepts, or add one to ssh-agent";
    if (passwords_.has_no_terminal()) text += ", or run kamal on a terminal to enter the password";
    return text;
  }

  const Target& target_;
  const Passwords& passwords_;
  AuthSession session_;
  KeyLogin keys_;
  PasswordLogin prompts_;
  bool none_tried_ = false;
  bool step_accepted_ = false;
};

}  // namespace

// "Password: ", "Password for deploy@web:", "deploy's password:"; but not "One-time password:".
bool asks_for_password(const std::string& prompt) {
  const std::string text = lower(strip(prompt));
  return text.starts_with("password") || text.find("'s password") != std::string::npos;
}

void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter) {
  Login attempt(session, target, shared, waiter);
  if (!attempt.run()) throw ConnectionError(attempt.failure(), ConnectionError::Stage::login);
}

}  // namespace kamal::sshkit
