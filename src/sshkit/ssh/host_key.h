#pragma once

#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/log_in.h"

namespace kamal::sshkit {

// Asks for the kinds of key that known_hosts has for this host, so that a server with several keys shows the
// known one.
void prefer_known_host_keys(ssh_session session, const Target& target, KnownHosts& known_hosts);

// Is the server who it was? An unknown one is believed once and remembered. Throws ConnectionError.
void check_host_key(ssh_session session, const Target& target, const Shared& shared);

}  // namespace kamal::sshkit
