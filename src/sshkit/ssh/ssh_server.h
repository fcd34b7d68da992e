#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "kamal/sshkit/server.h"
#include "sshkit/ssh/connection.h"
#include "sshkit/ssh/shell.h"

namespace kamal::sshkit {

// A connection and its shells.
struct Link {
  explicit Link(std::unique_ptr<Connection> made) : connection(std::move(made)), shells(*connection) {}

  std::unique_ptr<Connection> connection;
  ShellPool shells;
};

class SshServer : public Server {
 public:
  using MakeConnection = std::function<std::unique_ptr<Connection>(const Host& host)>;

  SshServer(Host host, const Interruption& interruption, std::string terminal, MakeConnection make_connection)
      : host_(std::move(host)),
        waiter_(interruption),
        interruption_(interruption),
        terminal_(std::move(terminal)),
        make_connection_(std::move(make_connection)) {}

  // Starts to connect, in the background.
  void begin();
  // Waits for that; a new try where the last one is lost. Throws ConnectionError, Interrupted.
  void wait_until_ready() { ready_link(); }
  // Tells the connection to end, without waiting for it.
  void stop();

  const Host& host() const override { return host_; }
  std::vector<StepResult> run(const Steps& steps, StepListener& listener) override;
  int run_interactively(const Command& command) override;
  int stream(const Command& command,
             const std::function<bool(Stream, std::string_view)>& keep_going) override;
  std::unique_ptr<Forward> forward_to_local(int remote_port, int local_port) override;
  void reconnect() override;

 private:
  std::shared_ptr<Link> link();
  std::shared_ptr<Link> ready_link();
  void forget(const std::shared_ptr<Link>& link);
  [[noreturn]] void fail(const Ending& ending) const;

  Host host_;
  Waiter waiter_;
  const Interruption& interruption_;
  std::string terminal_;  // TERM of this process
  MakeConnection make_connection_;
  std::mutex mutex_;
  // Shared with the threads that use it: reconnect() may put another one in its place meanwhile.
  std::shared_ptr<Link> link_;
};

}  // namespace kamal::sshkit
