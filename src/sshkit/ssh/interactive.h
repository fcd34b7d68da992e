#pragma once

#include <termios.h>

#include <optional>

#include "kamal/support/interruption.h"
#include "sshkit/ssh/endpoint.h"

namespace kamal::sshkit {

// Size of the terminal on standard input; nullopt if it is not a terminal. Output may go elsewhere, as with
// `ssh -t`.
std::optional<WindowSize> terminal_size();

// Sets the mode of the terminal on standard input while in scope.
class LocalTerminal {
 public:
  enum class Mode { raw, unchanged };

  explicit LocalTerminal(Mode mode);
  ~LocalTerminal() { restore(); }
  LocalTerminal(const LocalTerminal&) = delete;
  LocalTerminal& operator=(const LocalTerminal&) = delete;

  Mode mode() const { return mode_; }
  void restore();

 private:
  Mode mode_;
  std::optional<termios> before_;
};

// Connects the standard streams of this process to a command until it ends. Throws Interrupted after
// forwarding the signal.
ChannelResult attach_terminal(Channel& channel, LocalTerminal& terminal, const Interruption& interruption);

}  // namespace kamal::sshkit
