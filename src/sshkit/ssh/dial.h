#pragma once

#include <sys/types.h>

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

// A program of this machine whose standard input and output are the way to a server.
class ProxyProcess {
 public:
  explicit ProxyProcess(const std::string& shell_text);
  ~ProxyProcess();  // ends it
  ProxyProcess(const ProxyProcess&) = delete;
  ProxyProcess& operator=(const ProxyProcess&) = delete;

  Fd take_socket() { return std::move(socket_); }

 private:
  Fd socket_;
  pid_t pid_ = -1;
};

}  // namespace kamal::sshkit
