#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sshkit/ssh/channel.h"
#include "sshkit/ssh/io_loop.h"
#include "sshkit/ssh/session.h"
#include "sshkit/ssh/sockets.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// One SSH connection. Its thread logs in and does all reading and writing, since libssh sessions are not
// thread-safe; other threads use channels.
class Connection {
 public:
  // Returns the shared connection to a jump host; called in the thread of the connection that needs it.
  using FindJump = std::function<std::shared_ptr<Connection>(const Target& target)>;

  Connection(Target target, const Shared& shared, FindJump find_jump);
  // Disconnects and joins the thread.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Target& target() const { return target_; }
  const SshSettings& settings() const { return shared_.settings; }
  // Throws ConnectionError, Interrupted, Stopped.
  void wait_until_ready(const Waiter& waiter) const;
  // Failed or lost, for good.
  bool is_closed() const;
  // Was ready at some time.
  bool was_ready() const;
  // Closed since the server did not answer in time.
  bool was_silent() const { return is_closed() && was_silent_; }
  // Was never ready for that reason: not worth another attempt in this run.
  bool is_given_up() const { return was_silent() && !was_ready(); }
  // Disconnects, without waiting for it.
  void stop() const { stop_.signal(); }

  // Runs a command once logged in; errors show in the channel, which is abandoned with the last copy of the
  // returned pointer.
  std::shared_ptr<Channel> run(RunRequest request);
  // A socket connected to host:port through the server.
  Fd connect_through(const std::string& host, int port, Relay::Refused refused);
  // Forwards connections to the server's `remote_port` to the local `local_port`. Throws ConnectionError.
  void forward(int remote_port, int local_port, const Waiter& waiter);
  void cancel_forward(int remote_port);

 private:
  enum class State { connecting, ready, failed, lost };
  using Request = std::function<void(IoLoop&)>;

  void thread();
  void serve(ssh_session session);
  SessionHandle connect_with_retry(const Waiter& waiter);
  SessionHandle connect_once(const Waiter& waiter);
  Fd open_transport(const Waiter& waiter);
  void set_state(State state, std::exception_ptr failure);
  std::vector<Request> take_requests();
  bool post(Request request);  // false if closed
  std::string failure_text() const;
  [[noreturn]] void fail(const std::runtime_error& error) const;

  Target target_;
  const Shared& shared_;
  FindJump find_jump_;
  Event stop_, settled_;
  // Shared with channels, which may outlive the connection.
  std::shared_ptr<Event> wake_ = std::make_shared<Event>();
  mutable std::mutex mutex_;
  State state_ = State::connecting;
  std::exception_ptr failure_;
  std::atomic<bool> was_silent_ = false;
  std::vector<Request> requests_;
  std::shared_ptr<Connection> jump_;
  std::unique_ptr<ProxyProcess> proxy_;
  std::thread thread_;
};

}  // namespace kamal::sshkit
