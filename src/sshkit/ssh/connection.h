#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sshkit/ssh/channel.h"
#include "sshkit/ssh/io_loop.h"
#include "sshkit/ssh/log_in.h"
#include "sshkit/ssh/proxy_process.h"

namespace kamal::sshkit {

// One SSH connection. A thread of its own logs in and then does all reading and writing: libssh's sessions
// are not for several threads. Everybody else talks to it through channels.
class Connection {
 public:
  // How to come by the connection to a jump host; called in the thread of the connection that needs it. It is
  // shared by all that go through it.
  using FindJump = std::function<std::shared_ptr<Connection>(const Target& target)>;

  Connection(Target target, const Shared& shared, FindJump find_jump);
  // Ends it, within the time that libssh needs to let go.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Target& target() const { return target_; }
  // Throws ConnectionError, and what ends the waiter's wait.
  void wait_until_ready(const Waiter& waiter) const;
  // Has it failed or been lost? There is no way back.
  bool gone() const;
  // Has it been ready, whatever became of it?
  bool was_ready() const;
  // Tells it to end, without waiting for that.
  void stop() const { stop_.signal(); }

  // Opened in the background, as soon as the log-in is done; what becomes of it shows in the channel.
  std::shared_ptr<Channel> run(RunRequest request);
  // A socket that leads to a port that the server can reach.
  Fd connect_through(const std::string& host, int port, Relay::Refused refused);
  // Connections to `remote_port` of the server go to `local_port` of this machine. Throws ConnectionError.
  void forward(int remote_port, int local_port, const Waiter& waiter);
  void end_forward(int remote_port);

 private:
  enum class State { connecting, ready, failed, lost };
  using Request = std::function<void(IoLoop&)>;

  void thread();
  void serve(ssh_session session);
  SessionHandle log_in_patiently(const Waiter& waiter);
  SessionHandle log_in_once(const Waiter& waiter);
  Fd way_to_server(const Waiter& waiter);
  void settle(State state, std::exception_ptr failure);
  std::vector<Request> take_requests();
  bool post(Request request);  // false where it is too late
  std::string lost_text() const;
  [[noreturn]] void fail(const std::string& why) const;

  Target target_;
  const Shared& shared_;
  FindJump find_jump_;
  Event stop_, settled_;
  // Shared with channels and the sockets of jump hosts, which may outlive the connection.
  std::shared_ptr<Event> wake_ = std::make_shared<Event>();
  mutable std::mutex mutex_;
  State state_ = State::connecting;
  std::exception_ptr failure_;
  std::vector<Request> requests_;
  std::shared_ptr<Connection> jump_;
  std::unique_ptr<ProxyProcess> proxy_;
  std::thread thread_;
};

}  // namespace kamal::sshkit
