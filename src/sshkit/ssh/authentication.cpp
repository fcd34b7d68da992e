#include "sshkit/ssh/authentication.h"

#include <algorithm>

#include "kamal/support/strings.h"
#include "sshkit/ssh/key_log_in.h"
#include "sshkit/ssh/password_log_in.h"

namespace kamal::sshkit {
namespace {

// Of one AuthenticationMethods list.
constexpr int most_steps = 8;
// A refused "none" counts against MaxAuthTries, too: leave some for prompts.
constexpr size_t most_keys_before_none = 3;

// One log-in: the methods in their order, until the server has all that it wants.
class LogIn {
 public:
  LogIn(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter)
      : target_(target),
        passwords_(shared.passwords),
        session_(session, target, shared, waiter),
        keys_(session_, target, shared, waiter),
        people_(session_, target, shared.passwords) {}

  bool run() {
    session_.start();
    // Where a key is tried first, asking for nothing before it would cost a round trip.
    const bool key_first = first_method() == "publickey" && keys_.any_ready();
    AuthAnswer answer = key_first ? AuthAnswer::partial : none();
    for (int i = 0; i < most_steps && answer != AuthAnswer::accepted; ++i) {
      answer = try_methods();
      if (answer == AuthAnswer::refused) break;
      step_accepted_ = none_tried_ = true;
    }
    return answer == AuthAnswer::accepted;
  }

  std::string failure() const;

 private:
  AuthAnswer none() {
    none_tried_ = true;
    return session_.none();
  }

  AuthAnswer try_methods() {
    for (const std::string& method : target_.auth_methods) {
      if (!session_.offers(method)) continue;
      const AuthAnswer answer = try_method(method);
      if (answer != AuthAnswer::refused) return answer;
    }
    return AuthAnswer::refused;
  }

  AuthAnswer try_method(const std::string& method) {
    if (method == "password") return people_.try_password();
    if (method == "keyboard-interactive") return people_.try_keyboard_interactive();
    AuthAnswer answer = keys_.try_ready();
    const bool few_tries = keys_.tried().size() <= most_keys_before_none || !asks_people();
    if (answer == AuthAnswer::refused && !none_tried_ && few_tries) answer = none();
    return answer == AuthAnswer::refused ? keys_.try_locked() : answer;
  }

  std::string first_method() const {
    return target_.auth_methods.empty() ? "" : target_.auth_methods.front();
  }

  // Does the server offer a method that prompts?
  bool asks_people() const {
    return std::any_of(target_.auth_methods.begin(), target_.auth_methods.end(),
                       [&](const auto& method) { return method != "publickey" && session_.offers(method); });
  }

  std::string offer() const;
  std::string hint() const;

  const Target& target_;
  const Passwords& passwords_;
  AuthSession session_;
  KeyLogIn keys_;
  PasswordLogIn people_;
  bool none_tried_ = false;
  bool step_accepted_ = false;
};

std::string LogIn::failure() const {
  std::string text = "permission denied for user " + target_.user + ". ";
  text += keys_.tried().empty() ? "No keys to try" : "Keys tried: " + join(keys_.tried(), ", ");
  for (const std::string& note : keys_.notes()) text += "; " + note;
  if (session_.closed() && people_.refused() == 0)
    text += "; too many keys tried: set ssh/keys and ssh/keys_only";
  if (people_.refused() > 0) text += "; the password was refused";
  return text + offer() + ". " + hint();
}

std::string LogIn::offer() const {
  const std::vector<std::string> offered = session_.offered();
  if (offered.empty()) return "";
  if (step_accepted_)
    return "; accepted, but " + to_sentence(offered) + " is required as well (AuthenticationMethods)";
  std::string text = "; the host offers " + to_sentence(offered, "and");
  if (asks_people() && passwords_.nobody_answers()) text += ", but there is no terminal to prompt on";
  return text;
}

std::string LogIn::hint() const {
  if (!keys_.tried().empty())
    return "Add a key to that user's ~/.ssh/authorized_keys, or set ssh/user or ssh/keys";
  std::string text = "Set ssh/keys or ssh/key_data to a key that the host accepts, or add one to ssh-agent";
  if (passwords_.nobody_answers()) text += ", or run kamal on a terminal to enter the password";
  return text;
}

}  // namespace

void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter) {
  LogIn attempt(session, target, shared, waiter);
  if (!attempt.run()) throw ConnectionError(attempt.failure());
}

}  // namespace kamal::sshkit
