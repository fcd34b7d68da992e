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

// Told what happens while a list of steps runs, from the thread that waits in run().
class StepListener {
 public:
  virtual ~StepListener() = default;
  virtual void started(size_t step) = 0;
  virtual void output(size_t step, Stream stream, std::string_view line) = 0;  // a line without its end
  virtual void finished(size_t step, const StepResult& result) = 0;
};

// A port of the server that leads to a port of this machine, until it is destroyed.
class Forward {
 public:
  virtual ~Forward() = default;
};

// One server, reached over one connection that the whole run shares. Threads may call it at the same time:
// each caller's steps run in order, the callers side by side.
class Server {
 public:
  virtual ~Server() = default;
  virtual const Host& host() const = 0;
  // Runs the steps in one round trip and waits. The results of all that ran: the last one is a failure where
  // the list stopped early. Throws ConnectionError; Interrupted when a signal arrived.
  virtual std::vector<StepResult> run(const Steps& steps, StepListener& listener) = 0;
  // Hands this process's terminal (or, without one, its standard input and output) to a command; its exit
  // status.
  virtual int run_interactively(const Command& command) = 0;
  // Passes pieces of output on as they arrive, until the command ends or `keep_going` says no; its exit
  // status.
  virtual int stream(const Command& command,
                     const std::function<bool(Stream, std::string_view)>& keep_going) = 0;
  // Connections to 127.0.0.1:`remote_port` of the server reach 127.0.0.1:`local_port` of this machine.
  virtual std::unique_ptr<Forward> forward_to_local(int remote_port, int local_port) = 0;
  // A new log-in, for group changes to take effect.
  virtual void reconnect() = 0;
};

// Where servers come from: SSH, or a fake in tests.
class Backend {
 public:
  virtual ~Backend() = default;
  // Connects at the first use of a host; later calls return the same server. Throws ConnectionError,
  // Interrupted.
  virtual Server& server(const Host& host) = 0;
  // Starts connecting to all of them at once, in the background; failures show at server().
  virtual void prepare(const std::vector<Host>& hosts) = 0;
};

}  // namespace kamal::sshkit
