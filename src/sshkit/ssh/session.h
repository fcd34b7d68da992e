#pragma once

#include <libssh/libssh.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {

// Keepalive intervals without data after which the connection counts as lost.
constexpr int max_silent_intervals = 4;

class Keyring;
class KnownHosts;
class Passwords;
struct Target;

// Connection failures that are worth a retry, each with its own limit.
struct NameNotFound : ConnectionError {
  using ConnectionError::ConnectionError;
};
struct ConnectionRefused : ConnectionError {
  using ConnectionError::ConnectionError;
};
// A failure that is not: the timeout was long enough for any server that is up.
struct ConnectTimeout : ConnectionError {
  using ConnectionError::ConnectionError;
};

// Frees what libssh allocated.
template <auto free>
struct Free {
  void operator()(auto* owned) const { free(owned); }
};
using SessionHandle = std::unique_ptr<ssh_session_struct, Free<ssh_free>>;
using KeyHandle = std::unique_ptr<ssh_key_struct, Free<ssh_key_free>>;
using TextHandle = std::unique_ptr<char, Free<ssh_string_free_char>>;

// base64 of a public key or of the public part of a private one.
std::string public_base64(ssh_key key);

// Shared by all connections of a run.
struct Shared {
  const SshSettings& settings;
  const Interruption& interruption;
  const std::function<void(const std::string&)>& warn;
  Keyring& keyring;
  Passwords& passwords;
  KnownHosts& known_hosts;
  Slots& starts;
};

// Connects to the first address of the target that accepts. Throws NameNotFound, ConnectionRefused,
// ConnectTimeout, ConnectionError, Interrupted, Stopped.
Fd connect_tcp(const Target& target, const Waiter& waiter);

// Opens an SSH session on a connected socket: key exchange, host key check, login. Throws ConnectionRefused
// and ConnectTimeout if retrying may help, otherwise ConnectionError, Interrupted, Stopped.
SessionHandle open_session(const Target& target, Fd socket, const Shared& shared, const Waiter& waiter);

// Repeats a libssh call of a non-blocking session while it returns `again`. Throws ConnectTimeout at the
// deadline.
int drive(ssh_session session, const Waiter& waiter, Deadline deadline, int again,
          const std::function<int()>& call);

// A server's reply to an authentication request. partial: accepted, but another method is required
// (AuthenticationMethods). prompts: keyboard-interactive has prompts to answer.
enum class AuthResult { accepted, partial, prompts, refused };

// Replaces control characters other than newlines, so that a server can't control the terminal.
std::string without_controls(std::string text);

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

}  // namespace kamal::sshkit
