#pragma once

#include <functional>
#include <string>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/dial.h"
#include "sshkit/ssh/fd.h"
#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/known_hosts.h"
#include "sshkit/ssh/passwords.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// What all connections of a run share.
struct Shared {
  const SshSettings& settings;
  const Interruption& interruption;
  const std::function<void(const std::string&)>& warn;
  Keyring& keyring;
  Passwords& passwords;
  KnownHosts& known_hosts;
  Slots& starts;
};

// Makes an SSH session out of a connected socket: key exchange, the server's key checked, logged in. Throws
// TurnedAway and NoAnswer for what another try may help, ConnectionError for the rest, Interrupted, Stopped.
SessionHandle log_in(const Target& target, Fd socket, const Shared& shared, const Waiter& waiter);

// Calls a libssh function of a session that doesn't block until it says something else than "again".
// Throws NoAnswer at the deadline.
int drive(ssh_session session, const Waiter& waiter, Deadline deadline, int again,
          const std::function<int()>& call);

}  // namespace kamal::sshkit
