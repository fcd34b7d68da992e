#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sshkit/ssh/channel.h"
#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {

// Why a channel is opened.
struct RunRequest {
  std::string command;               // run by the login shell
  std::optional<WindowSize> window;  // allocate a terminal of this size
  std::string terminal;              // TERM
  bool forward_agent = false;
};
struct ConnectRequest {
  std::string host;  // resolved by the server
  int port = 0;
};
struct AcceptedChannel {
  ssh_channel channel;
};
using Opening = std::variant<RunRequest, ConnectRequest, AcceptedChannel>;

// A libssh channel and its endpoint. Only the connection's thread uses it.
class LiveChannel {
 public:
  LiveChannel(ssh_session session, Opening opening, std::shared_ptr<Endpoint> endpoint,
              Deadline reply_deadline);
  ~LiveChannel();
  LiveChannel(const LiveChannel&) = delete;
  LiveChannel& operator=(const LiveChannel&) = delete;

  // Makes progress without blocking. False once the channel is closed and its endpoint has the result.
  bool advance();
  // When to call advance() even if no data arrived.
  Deadline deadline() const { return replied_ ? std::nullopt : reply_deadline_; }
  // Ends the channel because the connection was lost.
  void fail(const std::string& reason);

 private:
  enum class State { opening, preparing, running, closing, done };

  int open();
  void finish(const ChannelResult& result);
  void refuse(std::string reason);
  void advance_opening();
  void advance_preparing();
  void advance_running();
  bool& pending(Stream stream) { return stream == Stream::err ? stderr_pending_ : stdout_pending_; }
  void deliver_pending();
  void send();
  void apply_control();
  void close();

  void add_callbacks();
  size_t receive(Stream stream, std::string_view bytes);  // how much of it was taken

  ssh_session session_;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};
  Opening opening_;
  std::shared_ptr<Endpoint> endpoint_;
  Deadline reply_deadline_;
  State state_ = State::opening;
  bool replied_ = false;
  bool has_terminal_ = false;
  bool eof_sent_ = false;
  bool eof_delivered_ = false;
  // libssh buffers bytes that exceeded the endpoint's capacity.
  bool stdout_pending_ = false, stderr_pending_ = false;
  ChannelResult result_;
};

}  // namespace kamal::sshkit
