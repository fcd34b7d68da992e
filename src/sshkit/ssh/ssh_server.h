#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/sshkit/server.h"
#include "sshkit/ssh/connection.h"
#include "sshkit/ssh/framing.h"

namespace kamal::sshkit {

// The server refused to open another shell.
struct ShellRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The work of a shell: steps[first...], with the values that earlier ones saved.
struct ListRun {
  const Steps& steps;
  size_t first;
  const SavedValues& saved;
  StepListener& listener;
  std::string before{};  // lines for the shell
};

// A shell on the server that reads step lists from its standard input, one at a time.
class Shell {
 public:
  Shell(Connection& connection, std::string nonce);

  // Ready for another list.
  bool usable() { return idle_ && !channel_->is_done(); }
  // Runs until the list or the shell ends; at least one step. Throws ShellRefused, ConnectionError,
  // Interrupted; the shell is unusable then.
  std::vector<StepResult> run(const ListRun& list, const Waiter& waiter);
  // The process group of an interrupted list; 0 if none had begun in this shell.
  int interrupted_group() const { return interrupted_group_; }

 private:
  void wait_for_output(const Waiter& waiter, Deadline deadline);

  const Connection& connection_;
  std::shared_ptr<Channel> channel_;
  std::string nonce_;
  int group_ = 0;  // its process group, known from its first list on
  int interrupted_group_ = 0;
  bool fresh_ = true;
  bool idle_ = true;
};

// A connection and its shells: one per thread that runs steps, up to the limit of the server.
class ServerConnection {
 public:
  explicit ServerConnection(std::unique_ptr<Connection> connection);

  Connection& connection() { return *connection_; }
  std::vector<StepResult> run(ListRun list, const Waiter& waiter);

 private:
  std::unique_ptr<Shell> open_shell();
  std::unique_ptr<Shell> acquire(const Waiter& waiter);
  void release(std::unique_ptr<Shell> shell);
  bool lower_limit();
  std::vector<int> take_interrupted_groups();

  std::unique_ptr<Connection> connection_;
  Event released_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Shell>> idle_;
  int max_;  // shells in use at once
  int leased_ = 0;
  std::vector<int>
      interrupted_groups_;  // ended by the next list, since an interrupted one can't wait for that
};

// How long a login may take: less if the last connection fell silent.
enum class Patience { normal, little };

class SshServer : public Server {
 public:
  using MakeConnection = std::function<std::unique_ptr<Connection>(const Host& host, Patience patience)>;

  SshServer(Host host, const Interruption& interruption, std::string terminal, MakeConnection make_connection)
      : host_(std::move(host)),
        waiter_(interruption),
        interruption_(interruption),
        terminal_(std::move(terminal)),
        make_connection_(std::move(make_connection)) {}

  // Connects in the background.
  void start_connecting();
  // Waits for the connection; replaces a lost one. Throws ConnectionError, Interrupted.
  void wait_until_ready() { ready_connection(); }
  // Whether the connection failed before it was ready.
  bool has_failed();
  // Ends the connection, without waiting for it.
  void stop();

  const Host& host() const override { return host_; }
  std::vector<StepResult> run(const Steps& steps, StepListener& listener) override;
  int run_interactively(const Command& command) override;
  int stream(const Command& command,
             const std::function<bool(Stream, std::string_view)>& keep_going) override;
  std::unique_ptr<Forward> forward_to_local(int remote_port, int local_port) override;
  void reconnect() override;

 private:
  std::shared_ptr<ServerConnection> link();
  std::shared_ptr<ServerConnection> ready_connection();
  void discard_if_closed(const std::shared_ptr<ServerConnection>& link);
  int exit_status(const ChannelResult& result) const;  // throws ConnectionError without one

  Host host_;
  Waiter waiter_;
  const Interruption& interruption_;
  std::string terminal_;  // TERM of this process
  MakeConnection make_connection_;
  std::mutex mutex_;
  Patience patience_ = Patience::normal;  // of the next connection
  // Shared with the threads that use it: reconnect() may replace it meanwhile.
  std::shared_ptr<ServerConnection> connection_;
};

}  // namespace kamal::sshkit
