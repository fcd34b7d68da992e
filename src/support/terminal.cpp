#include "kamal/support/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "kamal/support/files.h"

namespace kamal {
namespace {

// Byte by byte, so that the next reader finds what follows the line.
std::optional<std::string> read_line(int fd) {
  std::string line;
  char byte = 0;
  while (read(fd, &byte, 1) == 1) {
    if (byte == '\n') return line;
    line += byte;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

void wait_for_input(int fd, const Interruption& interruption) {
  std::array<pollfd, 2> fds{{{fd, POLLIN, 0}, {interruption.fd(), POLLIN, 0}}};
  do {
    interruption.check();
  } while (poll(fds.data(), fds.size(), -1) < 0 || fds[0].revents == 0);
}

// Turns a terminal's echo off while in scope.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    tcgetattr(fd_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
  termios before_{};
};

}  // namespace

std::optional<std::string> ask(const std::string& question) {
  write_all(STDOUT_FILENO, question);
  return read_line(STDIN_FILENO);
}

std::optional<std::string> ask_silently(const std::string& question, const Interruption& interruption) {
  interruption.check();
  const Fd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal.open()) return std::nullopt;
  const SilentTerminal silent(terminal.get());
  write_all(terminal.get(), question);
  std::string answer;
  try {
    // In canonical mode a terminal delivers whole lines, so reading after the first byte does not block.
    wait_for_input(terminal.get(), interruption);
    answer = read_line(terminal.get()).value_or("");
  } catch (const Interrupted&) {
    write_all(terminal.get(), "\n");
    throw;
  }
  write_all(terminal.get(), "\n");
  return answer;
}

std::optional<WindowSize> terminal_size(int fd) {
  if (isatty(fd) == 0) return std::nullopt;
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return WindowSize{};
  return WindowSize{size.ws_col, size.ws_row};
}

bool terminal_is_ours(int fd) {
  termios settings{};
  if (tcgetattr(fd, &settings) != 0 || (settings.c_lflag & static_cast<tcflag_t>(ECHO)) == 0) return false;
  const pid_t foreground = tcgetpgrp(fd);
  return foreground <= 0 || foreground == getpgrp();  // unknown: not the controlling terminal
}

namespace {

// Milliseconds to wait for a slow reader.
constexpr int patience_after_signal = 100;
constexpr int no_limit = -1;

}  // namespace

StandardStream::Ready StandardStream::wait_until_ready() const {
  while (true) {
    const bool interrupted = interruption_.signal() != 0;
    std::array<pollfd, 2> fds{{{fd_, POLLOUT, 0}, {interrupted ? -1 : interruption_.signal_fd(), POLLIN, 0}}};
    const int timeout = !interrupted ? no_limit : cut_off_ ? 0 : patience_after_signal;
    const int count = poll(fds.data(), fds.size(), timeout);
    if (count > 0 && (fds[0].revents & ~POLLOUT) != 0) return Ready::closed;
    if (count > 0 && fds[0].revents != 0) return Ready::yes;
    if (count == 0) return Ready::no;
  }
}

// A pipe that is ready takes PIPE_BUF bytes without blocking.
size_t StandardStream::write_some(std::string_view text) {
  const ssize_t count = ::write(fd_, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
  if (count >= 0) return static_cast<size_t>(count);
  if (errno == EINTR || errno == EAGAIN) return 0;
  if (errno != EPIPE) error_ = errno;
  closed_ = true;
  return 0;
}

void StandardStream::write(std::string_view text) {
  const std::lock_guard lock(mutex_);
  while (!text.empty() && !closed_) {
    switch (wait_until_ready()) {
      case Ready::yes:
        text.remove_prefix(write_some(text));
        break;
      case Ready::no:
        cut_off_ = true;
        return;
      case Ready::closed:
        closed_ = true;
    }
  }
}

}  // namespace kamal
