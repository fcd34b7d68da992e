#include "kamal/support/standard_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace kamal {
namespace {

// Milliseconds for a reader that is slow, but there.
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
