#pragma once

#include "sshkit/ssh/handles.h"
#include "sshkit/ssh/log_in.h"

namespace kamal::sshkit {

// Proves who we are, by the methods of OpenSSH: keys first, then what the server asks a person for; "none"
// where no key fits. Throws ConnectionError with what was tried and what the server offers.
void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter);

}  // namespace kamal::sshkit
