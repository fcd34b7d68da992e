#include "sshkit/ssh/interactive.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace kamal::sshkit {
namespace {

// How often the size of the window is looked at. SIGWINCH would need a handler, and a thread that may be
// interrupted; nobody sees a fifth of a second.
constexpr auto between_looks = std::chrono::milliseconds(200);
constexpr size_t most_unsent = 256 << 10;

const char* signal_name(int signal) {
  switch (signal) {
    case SIGINT:
      return "INT";
    case SIGHUP:
      return "HUP";
    default:
      return "TERM";
  }
}

// Everything, however slow the reader is. False when there is none any more.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (count < 0 && errno != EINTR) {
      return false;
    } else if (count > 0) {
      text.remove_prefix(static_cast<size_t>(count));
    }
  }
  return true;
}

class Conversation {
 public:
  Conversation(Channel& channel, bool has_terminal)
      : channel_(channel), window_(has_terminal ? own_window() : std::nullopt) {}

  std::optional<Ending> turn(const Interruption& interruption) {
    std::array<pollfd, 3> fds{{{channel_.changed().fd(), POLLIN, 0},
                               {interruption.fd(), POLLIN, 0},
                               {wants_input() ? STDIN_FILENO : -1, POLLIN, 0}}};
    const int timeout = window_ ? static_cast<int>(between_looks.count()) : -1;
    if (poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) return Ending{};
    if (interruption.requested()) {
      channel_.send_signal(signal_name(interruption.signal()));
      interruption.check();
    }
    if (fds[2].revents != 0) read_input();
    follow_window();
    return fds[0].revents != 0 ? write_output() : std::nullopt;
  }

 private:
  bool wants_input() { return !input_over_ && channel_.unsent() < most_unsent; }

  void read_input() {
    std::array<char, 32 << 10> buffer;
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count > 0) return channel_.write({buffer.data(), static_cast<size_t>(count)});
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    input_over_ = true;
    channel_.finish();
  }

  std::optional<Ending> write_output() {
    const Channel::Taken taken = channel_.take();
    for (const Channel::Chunk& chunk : taken.chunks) {
      const int fd = chunk.stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO;
      if (!write_all(fd, chunk.bytes)) return Ending{128 + SIGPIPE, {}, {}};
    }
    return taken.ending;
  }

  void follow_window() {
    if (!window_) return;
    const std::optional<WindowSize> now = own_window();
    if (!now || *now == *window_) return;
    window_ = now;
    channel_.resize(*now);
  }

  Channel& channel_;
  std::optional<WindowSize> window_;
  bool input_over_ = false;
};

}  // namespace

std::optional<WindowSize> own_window() {
  if (isatty(STDIN_FILENO) == 0) return std::nullopt;
  winsize size{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return WindowSize{};
  return WindowSize{size.ws_col, size.ws_row};
}

LocalTerminal::LocalTerminal(Mode mode) : mode_(mode) {
  termios before{};
  if (mode_ == Mode::as_it_is || tcgetattr(STDIN_FILENO, &before) != 0) return;
  before_ = before;
  termios raw = before;
  cfmakeraw(&raw);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

void LocalTerminal::restore() {
  if (before_) tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
  before_.reset();
}

Ending converse(Channel& channel, LocalTerminal& terminal, const Interruption& interruption) {
  Conversation conversation(channel, terminal.mode() == LocalTerminal::Mode::raw);
  while (true) {
    if (auto ending = conversation.turn(interruption)) return *ending;
  }
}

}  // namespace kamal::sshkit
