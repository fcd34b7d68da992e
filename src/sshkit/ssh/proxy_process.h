#pragma once

#include <sys/types.h>

#include <string>

#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {

// A local program whose standard input and output are the transport to a server (ProxyCommand).
//
// A guard process runs the program and kills it with its descendants when this object is destroyed or this
// process ends, however it ends.
class ProxyProcess {
 public:
  explicit ProxyProcess(const std::string& shell_text);  // run by sh
  // Waits a second after end of input, another one after SIGTERM, then kills. The taken socket must be
  // closed.
  ~ProxyProcess();
  ProxyProcess(const ProxyProcess&) = delete;
  ProxyProcess& operator=(const ProxyProcess&) = delete;

  Fd take_socket() { return std::move(socket_); }

 private:
  Fd socket_;
  Fd lifeline_;  // closing it triggers the guard
  pid_t guard_ = -1;
};

}  // namespace kamal::sshkit
