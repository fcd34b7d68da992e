#pragma once

#include <termios.h>

#include <optional>

#include "kamal/support/interruption.h"
#include "sshkit/ssh/channel.h"

namespace kamal::sshkit {

// The size of this process's terminal; nothing when its standard input is none.
// Output may go elsewhere, to a file for example, as with `ssh -t`.
std::optional<WindowSize> own_window();

// The terminal of this process, put into another mode for the time of its life.
class LocalTerminal {
 public:
  enum class Mode { raw, as_it_is };

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

// Passes standard input, output and error of this process to and from a command until it ends. Throws
// Interrupted, after the command was told.
Ending converse(Channel& channel, LocalTerminal& terminal, const Interruption& interruption);

}  // namespace kamal::sshkit
