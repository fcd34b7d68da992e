#pragma once

#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/log_in.h"

namespace kamal::sshkit {

// Proves with a key who we are: keys of deploy.yml, the agent's, then those of files; what needs a passphrase
// comes last. Throws ConnectionError with the keys that were tried.
void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter);

}  // namespace kamal::sshkit
