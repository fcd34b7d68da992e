#pragma once

#include <poll.h>

#include <functional>
#include <string>

#include "sshkit/ssh/endpoint.h"
#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// The end of a channel that is a socket of this machine: bytes are passed on both ways. Only the connection's
// own thread uses it.
class Relay : public Endpoint {
 public:
  using Refused = std::function<void(const std::string& why)>;
  Relay(Fd socket, Refused refused);

  pollfd interest() const;
  void on_poll(short happened);
  bool over() const { return !socket_.open(); }

  size_t room() override;
  void receive(Stream stream, std::string_view bytes) override;
  void receive_eof() override;
  void end(const Ending& ending) override;
  std::string_view outgoing() override { return from_socket_; }
  void sent(size_t bytes) override { from_socket_.erase(0, bytes); }
  bool finished() override { return read_all_ && from_socket_.empty(); }
  bool abandoned() override { return over(); }

 private:
  void read_some();
  void write_some();

  Fd socket_;
  Refused refused_;
  std::string to_socket_, from_socket_;
  bool read_all_ = false;
  bool no_more_ = false;  // nothing will come behind to_socket_
  bool ended_ = false;
};

}  // namespace kamal::sshkit
