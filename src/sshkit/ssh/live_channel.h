#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "sshkit/ssh/endpoint.h"
#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// What a channel is opened for.
struct RunRequest {
  std::string command;               // for the login shell
  std::optional<WindowSize> window;  // with a terminal of this size
  std::string terminal;              // TERM
  bool forward_agent = false;
};
struct ConnectRequest {
  std::string host;  // as the server sees it
  int port = 0;
};
struct AcceptedChannel {
  ssh_channel channel;
};
using Opening = std::variant<RunRequest, ConnectRequest, AcceptedChannel>;

// A channel of libssh with its endpoint. Only the connection's own thread uses it.
class LiveChannel {
 public:
  LiveChannel(ssh_session session, Opening opening, std::shared_ptr<Endpoint> endpoint, Deadline answer_by);
  ~LiveChannel();
  LiveChannel(const LiveChannel&) = delete;
  LiveChannel& operator=(const LiveChannel&) = delete;

  // Does what can be done now. False when the channel is over and the endpoint knows.
  bool advance();
  // When advance() should be called although nothing has happened.
  Deadline deadline() const { return answered_ ? std::nullopt : answer_by_; }
  // The connection is gone.
  void lose(const std::string& why);

 private:
  enum class State { opening, preparing, running, closing, over };

  int open();
  void finish(const Ending& ending);
  void refuse(std::string why);
  void advance_opening();
  void advance_preparing();
  void advance_running();
  void deliver_rest();
  void deliver_rest(Stream stream, bool& left);
  void send();
  void apply_control();
  void close();

  static int on_data(ssh_session, ssh_channel, void* data, uint32_t length, int is_error, void* self);
  static void on_eof(ssh_session, ssh_channel, void* self);
  static void on_close(ssh_session, ssh_channel, void* self);
  static void on_status(ssh_session, ssh_channel, int status, void* self);
  static void on_signal(ssh_session, ssh_channel, const char* signal, int, const char*, const char*,
                        void* self);

  ssh_session session_;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};
  Opening opening_;
  std::shared_ptr<Endpoint> endpoint_;
  Deadline answer_by_;
  State state_ = State::opening;
  bool answered_ = false;
  bool has_terminal_ = false;
  bool eof_sent_ = false;
  bool eof_received_ = false;
  bool eof_delivered_ = false;
  bool closed_ = false;
  bool out_left_ = false, err_left_ = false;  // libssh holds bytes that the endpoint had no room for
  Ending ending_;
};

}  // namespace kamal::sshkit
