#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/terminal.h"
#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {

// How a channel ended. At most one member is set.
struct ChannelResult {
  std::optional<int> status;     // exit status of the command; 128 + signal if one killed it
  std::string refusal;           // why the server refused to open the channel or run the command
  std::string connection_error;  // why the connection was lost
};

// The local end of a channel. Only the connection's thread calls it.
class Endpoint {
 public:
  virtual ~Endpoint() = default;

  // Capacity in bytes; the remainder is offered again later.
  virtual size_t available() = 0;
  // At most available() bytes.
  virtual void receive(Stream stream, std::string_view bytes) = 0;
  virtual void receive_eof() = 0;
  virtual void set_result(const ChannelResult& result) = 0;

  // Bytes to send, oldest first; valid until the next call.
  virtual std::string_view outgoing() = 0;
  virtual void consume(size_t bytes) = 0;
  virtual bool outgoing_done() = 0;  // outgoing() is final: send EOF after it
  virtual bool abandoned() = 0;      // close the channel and ignore its result
  struct Control {
    std::optional<WindowSize> window;
    const char* signal = nullptr;  // TERM
  };
  virtual Control control() { return {}; }
};

// A channel as seen by the thread that uses it. Shared with the connection's thread; either may finish first.
class Channel : public Endpoint {
 public:
  explicit Channel(std::function<void()> wake_connection) : wake_(std::move(wake_connection)) {}

  // For the user's thread.
  void write(std::string_view bytes);
  void send_eof();  // after what was written
  void abandon();
  void resize(WindowSize window);
  void send_signal(const char* name);
  size_t unsent();
  bool is_done();  // closed by the other side

  struct Chunk {
    Stream stream;
    std::string bytes;
  };
  struct Taken {
    std::vector<Chunk> chunks;
    std::optional<ChannelResult> result;  // set when the chunks are the last ones
  };
  const Event& changed() const { return changed_; }  // signaled when take() or unsent() may have changed
  Taken take();

  // For the connection's thread.
  size_t available() override;
  void receive(Stream stream, std::string_view bytes) override;
  void receive_eof() override {}
  void set_result(const ChannelResult& result) override;
  std::string_view outgoing() override;
  void consume(size_t bytes) override { sent_ += bytes; }
  bool outgoing_done() override;
  bool abandoned() override;
  Control control() override;

 private:
  template <class Change>
  void update(Change change);  // under the lock, then wakes the connection

  std::function<void()> wake_;
  Event changed_;
  std::mutex mutex_;
  std::vector<Chunk> received_;
  size_t received_bytes_ = 0;
  std::string to_send_;
  std::optional<ChannelResult> result_;
  Control control_;
  bool eof_requested_ = false;
  bool abandoned_ = false;
  // Used by the connection's thread only.
  std::string sending_;
  size_t sent_ = 0;
};

// Connects the standard streams of this process to a command until it ends. With a `window`, the local
// terminal is in raw mode meanwhile. Throws Interrupted after forwarding the signal.
ChannelResult attach_terminal(Channel& channel, std::optional<WindowSize> window,
                              const Interruption& interruption);

}  // namespace kamal::sshkit
