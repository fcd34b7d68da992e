#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "kamal/sshkit/error.h"
#include "sshkit/ssh/target.h"
#include "sshkit/ssh/waiter.h"

namespace kamal::sshkit {

// Connection failures that are worth a retry, each with its own limit.
struct NameNotFound : ConnectionError {
  using ConnectionError::ConnectionError;
};
struct ConnectionRefused : ConnectionError {
  using ConnectionError::ConnectionError;
};
struct ConnectTimeout : ConnectionError {
  using ConnectionError::ConnectionError;
};

// Connects to the first address of the target that accepts. Throws NameNotFound, ConnectionRefused,
// ConnectTimeout, ConnectionError, Interrupted, Stopped.
Fd connect_tcp(const Target& target, const Waiter& waiter);

// Starts a connection to a local port; it may still be refused. A closed Fd on failure.
Fd begin_connect_to_local(int port);

// Connects to a Unix socket. A closed Fd if nothing listens there.
Fd connect_unix(const std::string& path);

}  // namespace kamal::sshkit
