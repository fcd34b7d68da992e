#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "sshkit/ssh/endpoint.h"
#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// A channel as the thread that uses it sees it. It is shared with the connection's thread: either may be done
// with it first.
class Channel : public Endpoint {
 public:
  explicit Channel(std::function<void()> wake_connection) : wake_(std::move(wake_connection)) {}

  // The user's side.
  void write(std::string_view bytes);
  void finish();  // an end of file behind what was written
  void abandon();
  void resize(WindowSize window);
  void send_signal(const char* name);
  size_t unsent();
  bool over();  // has the other side closed it?

  struct Chunk {
    Stream stream;
    std::string bytes;
  };
  struct Taken {
    std::vector<Chunk> chunks;
    std::optional<Ending> ending;  // nothing comes behind the chunks
  };
  const Event& changed() const { return changed_; }  // take() or unsent() may have something new
  Taken take();

  // The connection's side.
  size_t room() override;
  void receive(Stream stream, std::string_view bytes) override;
  void receive_eof() override {}
  void end(const Ending& ending) override;
  std::string_view outgoing() override;
  void sent(size_t bytes) override { sent_ += bytes; }
  bool finished() override;
  bool abandoned() override;
  Control control() override;

 private:
  std::function<void()> wake_;
  Event changed_;
  std::mutex mutex_;
  std::vector<Chunk> received_;
  size_t received_bytes_ = 0;
  std::string to_send_;
  std::optional<Ending> ending_;
  Control control_;
  bool finished_ = false;
  bool abandoned_ = false;
  // The connection's alone.
  std::string sending_;
  size_t sent_ = 0;
};

}  // namespace kamal::sshkit
