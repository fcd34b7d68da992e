#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/log_in.h"

namespace kamal::sshkit {

// What a server says to a request for authentication. partial: accepted, but it wants another method as well
// (AuthenticationMethods). question: keyboard-interactive has prompts to answer.
enum class AuthAnswer { accepted, partial, question, refused };

// What a server may write to the terminal: text and ends of lines.
std::string printable(std::string text);

// The user authentication of one session. Requests of a session that was closed are refused.
class AuthSession {
 public:
  AuthSession(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter)
      : session_(session), target_(target), shared_(shared), waiter_(waiter) {}

  ssh_session get() const { return session_; }
  // Before all requests. Its answer comes with the server's list of signature algorithms, which RSA keys go
  // by.
  void start();
  AuthAnswer none();
  // A libssh call that is repeated until the server has answered. Throws TurnedAway and NoAnswer.
  AuthAnswer request(const std::function<int()>& call);
  // The same, with time for the user to approve the login on a phone or in a browser.
  AuthAnswer patient_request(const std::function<int()>& call);
  // Called after a prompt: if the server has closed the connection meanwhile, the login is retried.
  void waited() { waited_ = true; }

  bool closed() const { return closed_; }
  // May `method` be worth a request? Yes as long as the server has not said what it offers.
  bool offers(const std::string& method) const;
  // As of its last answer; empty before.
  std::vector<std::string> offered() const;

 private:
  AuthAnswer answer(int status);
  AuthAnswer request_until(std::chrono::seconds longest, const std::function<int()>& call);
  void check_still_there();
  void show_banner();

  ssh_session session_;
  const Target& target_;
  const Shared& shared_;
  const Waiter& waiter_;
  int refused_ = 0;
  bool waited_ = false;
  bool closed_ = false;
  bool banner_shown_ = false;
};

}  // namespace kamal::sshkit
