#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kamal/support/process.h"

namespace kamal::sshkit {

// How a channel ended.
struct Ending {
  std::optional<int> status;  // of the command; 128 + signal where one ended it
  std::string refusal;        // the server would not open the channel or run the command
  std::string lost;           // the connection is gone
};

struct WindowSize {
  int columns = 80;
  int rows = 24;
  bool operator==(const WindowSize&) const = default;
};

// What stands at our end of a channel. Only the connection's own thread calls it.
class Endpoint {
 public:
  virtual ~Endpoint() = default;

  // How many bytes it takes now; with what is left it is asked again.
  virtual size_t room() = 0;
  // At most room() bytes.
  virtual void receive(Stream stream, std::string_view bytes) = 0;
  virtual void receive_eof() = 0;
  virtual void end(const Ending& ending) = 0;

  // What is to be sent, the oldest first; the view holds until the next call.
  virtual std::string_view outgoing() = 0;
  virtual void sent(size_t bytes) = 0;
  virtual bool finished() = 0;   // nothing comes behind outgoing(): send an end of file
  virtual bool abandoned() = 0;  // close the channel; nobody is interested in how it ends
  struct Control {
    std::optional<WindowSize> window;
    const char* signal = nullptr;  // TERM
  };
  virtual Control control() { return {}; }
};

}  // namespace kamal::sshkit
