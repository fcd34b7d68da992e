#include "sshkit/ssh/authentication.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "kamal/sshkit/server.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/key_login.h"
#include "sshkit/ssh/password_login.h"
#include "sshkit/ssh/session.h"

namespace kamal::sshkit {
namespace {

// Servers usually drop a login after two minutes (LoginGraceTime).
constexpr std::chrono::seconds user_timeout{120};

struct Method {
  int bit;
  const char* name;
};

constexpr std::array methods{
    Method{SSH_AUTH_METHOD_PUBLICKEY, "publickey"}, Method{SSH_AUTH_METHOD_PASSWORD, "password"},
    Method{SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
    Method{SSH_AUTH_METHOD_HOSTBASED, "hostbased"}, Method{SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};

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

  std::string failure() const;

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

  std::string offer() const;
  std::string hint() const;

  const Target& target_;
  const Passwords& passwords_;
  AuthSession session_;
  KeyLogin keys_;
  PasswordLogin prompts_;
  bool none_tried_ = false;
  bool step_accepted_ = false;
};

std::string Login::failure() const {
  std::string text = "permission denied for user " + target_.user + ". ";
  text += keys_.tried().empty() ? "No keys to try" : "Keys tried: " + join(keys_.tried(), ", ");
  for (const std::string& note : keys_.notes()) text += "; " + note;
  if (session_.closed() && prompts_.refused() == 0)
    text += "; too many keys tried: set ssh/keys and ssh/keys_only";
  if (prompts_.refused() > 0) text += "; the password was refused";
  return text + offer() + ". " + hint();
}

std::string Login::offer() const {
  const std::vector<std::string> offered = session_.offered();
  if (offered.empty()) return "";
  if (step_accepted_)
    return "; accepted, but " + to_sentence(offered) + " is required as well (AuthenticationMethods)";
  std::string text = "; the host offers " + to_sentence(offered, "and");
  if (offers_prompts() && passwords_.has_no_terminal()) text += ", but there is no terminal to prompt on";
  return text;
}

std::string Login::hint() const {
  if (!keys_.tried().empty())
    return "Add a key to that user's ~/.ssh/authorized_keys, or set ssh/user or ssh/keys";
  std::string text = "Set ssh/keys or ssh/key_data to a key that the host accepts, or add one to ssh-agent";
  if (passwords_.has_no_terminal()) text += ", or run kamal on a terminal to enter the password";
  return text;
}

}  // namespace

std::string printable(std::string text) {
  for (char& c : text)
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) c = ' ';
  return text;
}

void AuthSession::start() {
  const int status = drive(session_, waiter_, Ticks::now() + target_.connect_timeout, SSH_AGAIN,
                           [&] { return ssh_service_request(session_, "ssh-userauth"); });
  if (status != SSH_OK)
    throw ConnectionError(std::string("could not start authentication: ") + ssh_get_error(session_));
}

AuthResult AuthSession::request(const std::function<int()>& call) {
  return request_until(target_.connect_timeout, call);
}

AuthResult AuthSession::interactive_request(const std::function<int()>& call) {
  return request_until(std::max(user_timeout, target_.connect_timeout), [&] {
    const int status = call();
    show_banner();
    return status;
  });
}

AuthResult AuthSession::request_until(std::chrono::seconds timeout, const std::function<int()>& call) {
  if (closed_) return AuthResult::refused;
  check_connected();
  return to_result(drive(session_, waiter_, Ticks::now() + timeout, SSH_AUTH_AGAIN, call));
}

AuthResult AuthSession::to_result(int status) {
  if (status == SSH_AUTH_SUCCESS) return AuthResult::accepted;
  if (status == SSH_AUTH_INFO) return AuthResult::prompts;
  if (ssh_is_connected(session_) == 0) {
    // Servers close the connection after some failures (MaxAuthTries), not before the first.
    if (refused_ == 0) throw ConnectionRefused(std::string("connection closed: ") + ssh_get_error(session_));
    closed_ = true;
    return AuthResult::refused;
  }
  if (status == SSH_AUTH_PARTIAL) return AuthResult::partial;
  ++refused_;
  return AuthResult::refused;
}

void AuthSession::check_connected() {
  char byte = 0;
  if (std::exchange(prompted_, false) && recv(ssh_get_fd(session_), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    throw ConnectionRefused("connection closed while waiting for input");
}

void AuthSession::show_banner() {
  if (banner_shown_) return;
  const TextHandle text(ssh_get_issue_banner(session_));
  if (!text) return;
  banner_shown_ = true;
  shared_.warn(target_.name + ": " + printable(strip(text.get())));
}

bool AuthSession::offers(const std::string& method) const {
  const std::vector<std::string> names = offered();
  return names.empty() || std::find(names.begin(), names.end(), method) != names.end();
}

std::vector<std::string> AuthSession::offered() const {
  std::vector<std::string> names;
  const int list = ssh_userauth_list(session_, nullptr);  // 0 before the first failure
  for (const Method& method : methods)
    if ((list & method.bit) != 0) names.emplace_back(method.name);
  return names;
}

void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter) {
  Login attempt(session, target, shared, waiter);
  if (!attempt.run()) throw ConnectionError(attempt.failure());
}

}  // namespace kamal::sshkit
