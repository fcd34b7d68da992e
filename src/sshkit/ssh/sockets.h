#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/files.h"
#include "kamal/support/interruption.h"

namespace kamal::sshkit {

using Ticks = std::chrono::steady_clock;
using Deadline = std::optional<Ticks::time_point>;  // nullopt: wait forever

// The two ends of a local stream socket.
std::pair<Fd, Fd> socket_pair();

void set_socket_option(int fd, int level, int name, int value);

// Starts a TCP connection, which may still be refused. A closed Fd and errno on failure.
Fd begin_connect(const sockaddr* address, socklen_t length);
Fd begin_connect_to_local(int port);

// Connects to a Unix socket. A closed Fd if nothing listens there.
Fd connect_unix(const std::string& path);

// Thrown in the thread of a connection that is being stopped.
struct Stopped {};

// Waits that end early on a signal or when the connection is stopped.
class Waiter {
 public:
  explicit Waiter(const Interruption& interruption, const Event* stop = nullptr)
      : interruption_(interruption), stop_(stop) {}

  // False at the deadline. Throws Interrupted, Stopped.
  bool wait(int fd, short events, Deadline deadline) const;
  // Throws Interrupted, Stopped.
  void sleep(std::chrono::milliseconds duration) const;

 private:
  const Interruption& interruption_;
  const Event* stop_;
};

// Writes all, in pieces that a ready pipe takes at once. False if that fails. Throws Interrupted, Stopped.
bool write_all(int fd, std::string_view text, const Waiter& waiter);

// A counting semaphore whose waits can be interrupted.
class Slots {
 public:
  explicit Slots(unsigned count);
  void acquire(const Waiter& waiter);
  void release() const;

 private:
  Fd semaphore_;
};

// Holds one of the slots while in scope.
class Slot {
 public:
  Slot(Slots& slots, const Waiter& waiter) : slots_(slots) { slots_.acquire(waiter); }
  ~Slot() { slots_.release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  Slots& slots_;
};

int poll_timeout(Deadline deadline);  // milliseconds from now, for poll()

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
