#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "kamal/sshkit/error.h"
#include "sshkit/ssh/fd.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// Ways in which reaching a server may fail, by what helps: asking for the name again, trying again, trying
// once more.
struct NameNotFound : ConnectionError {
  using ConnectionError::ConnectionError;
};
struct TurnedAway : ConnectionError {
  using ConnectionError::ConnectionError;
};
struct NoAnswer : ConnectionError {
  using ConnectionError::ConnectionError;
};

// A TCP connection to the target, or to the first of its addresses that takes one. Throws NameNotFound,
// TurnedAway, NoAnswer, ConnectionError, Interrupted, Stopped.
Fd connect_tcp(const Target& target, const Waiter& waiter);

// A connection to a port of this machine that is on its way: it may turn out to be refused. Closed for no
// socket at all.
Fd begin_connect_to_local(int port);

}  // namespace kamal::sshkit
