#include "sshkit/ssh/auth_session.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

// Servers drop a log-in after two minutes, as a rule.
constexpr std::chrono::seconds time_of_people{120};

struct Method {
  int bit;
  const char* name;
};

constexpr std::array methods{
    Method{SSH_AUTH_METHOD_PUBLICKEY, "publickey"}, Method{SSH_AUTH_METHOD_PASSWORD, "password"},
    Method{SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
    Method{SSH_AUTH_METHOD_HOSTBASED, "hostbased"}, Method{SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};

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

AuthAnswer AuthSession::none() {
  return patient_request([&] { return ssh_userauth_none(session_, nullptr); });
}

AuthAnswer AuthSession::request(const std::function<int()>& call) {
  return request_until(target_.connect_timeout, call);
}

AuthAnswer AuthSession::patient_request(const std::function<int()>& call) {
  return request_until(std::max(time_of_people, target_.connect_timeout), [&] {
    const int status = call();
    show_banner();
    return status;
  });
}

AuthAnswer AuthSession::request_until(std::chrono::seconds longest, const std::function<int()>& call) {
  if (closed_) return AuthAnswer::refused;
  check_still_there();
  return answer(drive(session_, waiter_, Ticks::now() + longest, SSH_AUTH_AGAIN, call));
}

AuthAnswer AuthSession::answer(int status) {
  if (status == SSH_AUTH_SUCCESS) return AuthAnswer::accepted;
  if (status == SSH_AUTH_INFO) return AuthAnswer::question;
  if (ssh_is_connected(session_) == 0) {
    // Servers close the connection after some failures (MaxAuthTries), but not after none.
    if (refused_ == 0) throw TurnedAway(std::string("connection closed: ") + ssh_get_error(session_));
    closed_ = true;
    return AuthAnswer::refused;
  }
  if (status == SSH_AUTH_PARTIAL) return AuthAnswer::partial;
  ++refused_;
  return AuthAnswer::refused;
}

void AuthSession::check_still_there() {
  char byte = 0;
  if (std::exchange(waited_, false) && recv(ssh_get_fd(session_), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    throw TurnedAway("connection closed while waiting for an answer");
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

}  // namespace kamal::sshkit
