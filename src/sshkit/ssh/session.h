#pragma once

#include <libssh/libssh.h>

#include <functional>
#include <memory>
#include <string>

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

}  // namespace kamal::sshkit
