#include "sshkit/ssh/channel.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace kamal::sshkit {
namespace {

constexpr size_t max_received = 4 << 20;  // bytes not yet taken by the user

}  // namespace

template <class Change>
void Channel::update(Change change) {
  {
    const std::lock_guard lock(mutex_);
    change();
  }
  wake_();
}

void Channel::write(std::string_view bytes) {
  update([&] { to_send_ += bytes; });
}

void Channel::send_eof() {
  update([&] { eof_requested_ = true; });
}

void Channel::abandon() {
  update([&] { abandoned_ = true; });
}

void Channel::resize(WindowSize window) {
  update([&] { control_.window = window; });
}

void Channel::send_signal(const char* name) {
  update([&] { control_.signal = name; });
}

size_t Channel::unsent() {
  const std::lock_guard lock(mutex_);
  return to_send_.size();
}

bool Channel::is_done() {
  const std::lock_guard lock(mutex_);
  return result_.has_value();
}

Channel::Taken Channel::take() {
  changed_.clear();
  Taken taken;
  bool was_full = false;
  {
    const std::lock_guard lock(mutex_);
    was_full = received_bytes_ >= max_received;
    taken.chunks.swap(received_);
    received_bytes_ = 0;
    taken.result = result_;
  }
  if (was_full) wake_();
  return taken;
}

size_t Channel::available() {
  const std::lock_guard lock(mutex_);
  return max_received - std::min(max_received, received_bytes_);
}

void Channel::receive(Stream stream, std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (received_.empty() || received_.back().stream != stream) received_.push_back({stream, {}});
    received_.back().bytes += bytes;
    received_bytes_ += bytes.size();
  }
  changed_.signal();
}

void Channel::set_result(const ChannelResult& result) {
  {
    const std::lock_guard lock(mutex_);
    result_ = result;
  }
  changed_.signal();
}

std::string_view Channel::outgoing() {
  if (sent_ == sending_.size()) {
    sending_.clear();
    sent_ = 0;
    {
      const std::lock_guard lock(mutex_);
      sending_.swap(to_send_);
    }
    if (!sending_.empty()) changed_.signal();
  }
  return std::string_view(sending_).substr(sent_);
}

bool Channel::outgoing_done() {
  const std::lock_guard lock(mutex_);
  return eof_requested_ && to_send_.empty() && sent_ == sending_.size();
}

bool Channel::abandoned() {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

Endpoint::Control Channel::control() {
  const std::lock_guard lock(mutex_);
  return std::exchange(control_, {});
}

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
    const std::optional<WindowSize> now = terminal_size(STDIN_FILENO);
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
