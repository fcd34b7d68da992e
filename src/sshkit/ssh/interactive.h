#pragma once

#include <optional>

#include "kamal/support/interruption.h"
#include "sshkit/ssh/endpoint.h"

namespace kamal::sshkit {

// Size of the terminal on standard input; nullopt if it is not a terminal. Output may go elsewhere, as with
// `ssh -t`.
std::optional<WindowSize> terminal_size();

// Connects the standard streams of this process to a command until it ends. With a `window`, the local
// terminal is in raw mode meanwhile. Throws Interrupted after forwarding the signal.
ChannelResult attach_terminal(Channel& channel, std::optional<WindowSize> window,
                              const Interruption& interruption);

}  // namespace kamal::sshkit
