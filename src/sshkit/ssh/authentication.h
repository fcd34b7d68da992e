#pragma once

#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/log_in.h"

namespace kamal::sshkit {

// Authenticates as OpenSSH does: keys first, then methods that prompt; "none" if no key is accepted. Throws
// ConnectionError with what was tried and what the server offers.
void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter);

}  // namespace kamal::sshkit
