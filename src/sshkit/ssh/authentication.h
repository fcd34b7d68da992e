#pragma once

#include <string>

#include "sshkit/ssh/session.h"

namespace kamal::sshkit {

// Authenticates like OpenSSH: keys, then methods that prompt; "none" if no key is accepted. Throws
// ConnectionError with what was tried and what the server offers.
void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter);

// Whether a keyboard-interactive prompt asks for the password rather than for a one-time code.
bool asks_for_password(const std::string& prompt);

}  // namespace kamal::sshkit
