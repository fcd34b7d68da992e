#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/sshkit/step.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"

namespace kamal::sshkit {

// Receives events of a running list, in the thread that waits in run().
class StepListener {
 public:
  virtual ~StepListener() = default;
  virtual void started(size_t step) = 0;
  virtual void output(size_t step, Stream stream, std::string_view line) = 0;  // without line end
  virtual void finished(size_t step, const StepResult& result) = 0;
};

// A remote port forwarding, canceled when destroyed.
class Forward {
 public:
  virtual ~Forward() = default;
};

// One server, with one connection for the whole run. Thread-safe: the steps of a call run in order, calls run
// in parallel.
class Server {
 public:
  virtual ~Server() = default;
  virtual const Host& host() const = 0;
  // Runs the steps in one round trip and waits. Returns results of the steps that ran: if the list stopped
  // early, the last one is a failure. Throws ConnectionError, Interrupted.
  virtual std::vector<StepResult> run(const Steps& steps, StepListener& listener) = 0;
  // Attaches the terminal (or else the standard streams) of this process to a command. Returns its exit
  // status.
  virtual int run_interactively(const Command& command) = 0;
  // Passes on output as it arrives until the command ends or `keep_going` returns false. Returns its exit
  // status.
  virtual int stream(const Command& command,
                     const std::function<bool(Stream, std::string_view)>& keep_going) = 0;
  // Forwards 127.0.0.1:`remote_port` of the server to 127.0.0.1:`local_port` of this machine.
  virtual std::unique_ptr<Forward> forward_to_local(int remote_port, int local_port) = 0;
  // Logs in again, for group changes to take effect.
  virtual void reconnect() = 0;
};

// Provides servers: by SSH, or a fake in tests.
class Backend {
 public:
  virtual ~Backend() = default;
  // Connects on first use; later calls return the same server. Throws ConnectionError, Interrupted.
  virtual Server& server(const Host& host) = 0;
  // Starts connecting to all hosts in the background; failures are reported by server().
  virtual void prepare(const std::vector<Host>& hosts) = 0;
};

}  // namespace kamal::sshkit
