#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sshkit/ssh/session.h"

namespace kamal::sshkit {

// A server's reply to an authentication request. partial: accepted, but another method is required
// (AuthenticationMethods). prompts: keyboard-interactive has prompts to answer.
enum class AuthResult { accepted, partial, prompts, refused };

// Replaces control characters other than newlines, so that a server can't control the terminal.
std::string printable(std::string text);

// User authentication of one session. Requests on a closed session return `refused`.
class AuthSession {
 public:
  AuthSession(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter)
      : session_(session), target_(target), shared_(shared), waiter_(waiter) {}

  ssh_session get() const { return session_; }
  // Call before any request. The reply includes the server's signature algorithms, which RSA keys depend on.
  void start();
  // Repeats a libssh call until the server has replied. Throws ConnectionRefused, ConnectTimeout.
  AuthResult request(const std::function<int()>& call);
  // Likewise, with time for the user to approve the login on a phone or in a browser.
  AuthResult interactive_request(const std::function<int()>& call);
  // Called after a prompt: if the server has closed the connection meanwhile, the login is retried.
  void prompted() { prompted_ = true; }

  bool closed() const { return closed_; }
  // True if the server offers `method` or has not sent its list yet.
  bool offers(const std::string& method) const;
  // Methods in the last reply; empty before the first.
  std::vector<std::string> offered() const;

 private:
  AuthResult to_result(int status);
  AuthResult request_until(std::chrono::seconds timeout, const std::function<int()>& call);
  void check_connected();
  void show_banner();

  ssh_session session_;
  const Target& target_;
  const Shared& shared_;
  const Waiter& waiter_;
  int refused_ = 0;
  bool prompted_ = false;
  bool closed_ = false;
  bool banner_shown_ = false;
};

// Authenticates like OpenSSH: keys, then methods that prompt; "none" if no key is accepted. Throws
// ConnectionError with what was tried and what the server offers.
void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter);

}  // namespace kamal::sshkit
