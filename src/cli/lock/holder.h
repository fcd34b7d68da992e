#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/names.h"

namespace kamal::cli {

// The process that holds a lock, as the lock's `holder` file records it. Boot, PID namespace and start time
// tell it from a later process with its PID, and from processes of containers and other machines.
struct Holder {
  std::string machine;  // hostname
  pid_t pid = 0;
  std::string started;  // clock ticks since boot
  std::string boot;     // boot ID of the kernel
  std::string pid_namespace;
  std::vector<Host> hosts;  // that have the lock of this run

  std::string text() const;  // one line
};

// Of a process of this machine. What the system does not tell is empty.
Holder holder_of_process(pid_t pid);
// Nothing if the text is not a holder's.
std::optional<Holder> parse_holder(std::string_view text);
// Whether the process is known to have ended: false if it may run on another machine.
bool has_ended(const Holder& holder);

}  // namespace kamal::cli
