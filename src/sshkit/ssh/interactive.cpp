#include "sshkit/ssh/interactive.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace kamal::sshkit {
namespace {

// How often the window size is checked: SIGWINCH would need a handler and a thread that may be interrupted.
constexpr auto poll_interval = std::chrono::milliseconds(200);
constexpr size_t max_unsent = 256 << 10;

// The terminal on standard input is in raw mode while in scope.
class RawTerminal {
 public:
  RawTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    changed_ = true;
    termios raw = before_;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawTerminal() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

class TerminalBridge {
 public:
  TerminalBridge(Channel& channel, std::optional<WindowSize> window, const Interruption& interruption)
      : channel_(channel), window_(window), interruption_(interruption) {}

  // Throws Interrupted.
  std::optional<ChannelResult> poll_once() {
    std::array<pollfd, 3> fds{{{channel_.changed().fd(), POLLIN, 0},
                               {interruption_.fd(), POLLIN, 0},
                               {wants_input() ? STDIN_FILENO : -1, POLLIN, 0}}};
    const int timeout = window_ ? static_cast<int>(poll_interval.count()) : -1;
    if (poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) return ChannelResult{};
    interruption_.check();
    if (fds[2].revents != 0) read_input();
    update_window_size();
    return fds[0].revents != 0 ? write_output() : std::nullopt;
  }

 private:
  bool wants_input() { return !input_closed_ && channel_.unsent() < max_unsent; }

  void read_input() {
    std::array<char, 32 << 10> buffer;
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count > 0) return channel_.write({buffer.data(), static_cast<size_t>(count)});
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    input_closed_ = true;
    channel_.send_eof();
  }

  std::optional<ChannelResult> write_output() {
    const Channel::Taken taken = channel_.take();
    for (const Channel::Chunk& chunk : taken.chunks) {
      const int fd = chunk.stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO;
      if (!write_all(fd, chunk.bytes, Waiter(interruption_))) return ChannelResult{128 + SIGPIPE, {}, {}};
    }
    return taken.result;
  }

  void update_window_size() {
    if (!window_) return;
    const std::optional<WindowSize> now = terminal_size();
    if (!now || *now == *window_) return;
    window_ = now;
    channel_.resize(*now);
  }

  Channel& channel_;
  std::optional<WindowSize> window_;
  const Interruption& interruption_;
  bool input_closed_ = false;
};

}  // namespace

std::optional<WindowSize> terminal_size() {
  if (isatty(STDIN_FILENO) == 0) return std::nullopt;
  winsize size{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return WindowSize{};
  return WindowSize{size.ws_col, size.ws_row};
}

ChannelResult attach_terminal(Channel& channel, std::optional<WindowSize> window,
                              const Interruption& interruption) {
  std::optional<RawTerminal> raw;
  if (window) raw.emplace();
  TerminalBridge bridge(channel, window, interruption);
  try {
    while (true) {
      if (auto result = bridge.poll_once()) return *result;
    }
  } catch (const Interrupted& interrupted) {
    channel.send_signal(sigabbrev_np(interrupted.signal));
    throw;
  }
}

}  // namespace kamal::sshkit
