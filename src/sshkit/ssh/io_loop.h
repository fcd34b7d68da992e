#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <poll.h>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sshkit/ssh/channel.h"
#include "sshkit/ssh/live_channel.h"
#include "sshkit/ssh/session.h"

namespace kamal::sshkit {

// Connects a channel to a local socket. Only the connection's thread uses it.
class Relay : public Endpoint {
 public:
  using Refused = std::function<void(const std::string& reason)>;
  Relay(Fd socket, Refused refused);

  pollfd interest() const;
  void on_poll(short happened);
  bool is_done() const { return !socket_.open(); }

  size_t available() override;
  void receive(Stream stream, std::string_view bytes) override;
  void receive_eof() override;
  void set_result(const ChannelResult& result) override;
  std::string_view outgoing() override { return from_socket_; }
  void consume(size_t bytes) override { from_socket_.erase(0, bytes); }
  bool outgoing_done() override { return socket_eof_ && from_socket_.empty(); }
  bool abandoned() override { return is_done(); }

 private:
  void read_some();
  void write_some();

  Fd socket_;
  Refused refused_;
  std::string to_socket_, from_socket_;
  bool socket_eof_ = false;
  bool eof_received_ = false;  // to_socket_ is final
  bool ended_ = false;
};

// Runs in the thread of a connection after login: moves bytes between the session and its channels and sends
// keepalives.
class IoLoop {
 public:
  struct Options {
    std::chrono::seconds keepalive_interval{10};
    std::chrono::seconds reply_timeout{30};
    std::optional<std::string> agent_socket;  // to forward
  };
  IoLoop(ssh_session session, Options options, const Event& wake, const Event& stop);
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  // Returns nullopt at `stop`, or the reason when the connection is lost. Calls `take_requests` after `wake`.
  using Requests = std::vector<std::function<void(IoLoop&)>>;
  std::optional<std::string> run(const std::function<Requests()>& take_requests);

  // Nothing has arrived for too long.
  bool is_silent() const;

  // For requests, in the loop's thread.
  void open(Opening opening, std::shared_ptr<Endpoint> endpoint);
  void relay(Opening opening, Fd socket, Relay::Refused refused);
  void forward(int remote_port, int local_port, std::function<void(bool)> done);
  void cancel_forward(int remote_port);
  // Ends all channels and requests.
  void fail(const std::string& why);

 private:
  // One at a time, since replies carry no ID.
  struct GlobalRequest {
    std::function<int()> step;  // SSH_AGAIN until there is a reply
    std::function<void(bool)> done;
  };

  void wait();
  Deadline next_deadline() const;
  void advance_all();
  void advance_channels();
  void advance_global_requests();
  void accept_forwarded();
  void accept_agent_channels();
  void keep_alive();
  std::optional<std::string> failure() const;
  std::chrono::seconds silence_limit() const { return max_silent_intervals * options_.keepalive_interval; }

  static ssh_channel on_agent_channel(ssh_session session, void* self);

  ssh_session session_;
  Options options_;
  const Event& wake_;
  const Event& stop_;
  ssh_event event_;
  ssh_callbacks_struct callbacks_{};
  ssh_counter_struct counter_{};
  std::list<std::unique_ptr<LiveChannel>> channels_;
  std::list<std::shared_ptr<Relay>> relays_;  // shared with their channels
  std::map<int, int> forwards_;               // remote port to local port
  std::deque<GlobalRequest> global_requests_;
  std::vector<std::pair<ssh_channel, Fd>>
      agent_channels_;  // accepted in a callback, to be taken up outside of it
  Ticks::time_point last_received_;
  Ticks::time_point last_probe_;
  uint64_t received_bytes_ = 0;
  bool has_forwarded_ = false;
  bool stopped_ = false;
};

}  // namespace kamal::sshkit
