#pragma once

#include <sys/types.h>

#include <string>

#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// A program of this machine whose standard input and output are the way to a server.
//
// A guard, a process of its own, starts the program and ends it together with all that it started in its
// session: when this object goes, or this process, however it ends.
class ProxyProcess {
 public:
  explicit ProxyProcess(const std::string& shell_text);  // for sh
  // Gives the program a second to leave once its input ends and another one after SIGTERM. The socket that
  // was taken must be closed by now.
  ~ProxyProcess();
  ProxyProcess(const ProxyProcess&) = delete;
  ProxyProcess& operator=(const ProxyProcess&) = delete;

  Fd take_socket() { return std::move(socket_); }

 private:
  Fd socket_;
  Fd lifeline_;  // the guard goes to work when it closes
  pid_t guard_ = -1;
};

}  // namespace kamal::sshkit
