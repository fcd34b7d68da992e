#include "cli/run_log/socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "kamal/support/name_lookup.h"

namespace kamal::cli {
namespace {

Addresses resolve(const std::string& host, const std::string& port, const Patience& patience) {
  const NameLookup asked(host, port);
  patience.wait(asked.fd(), POLLIN);
  try {
    return asked.take();
  } catch (const std::runtime_error& error) {
    throw HttpError(fmt::format("the name {} can't be resolved: {}", host, error.what()));
  }
}

Fd connect_to(const addrinfo& address, const Patience& patience) {
  Fd socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  int error = connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    patience.wait(socket.get(), POLLOUT);
    socklen_t length = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  }
  if (error != 0) throw HttpError(std::strerror(error));
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

void Patience::wait(int fd, short events) const {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    std::array<pollfd, 2> fds{{{fd, events, 0}, {cancellation_.fd(), POLLIN, 0}}};
    const int count = poll(fds.data(), fds.size(), static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw HttpError(std::strerror(errno));
    if (fds[1].revents != 0) throw HttpError("called off");
    if (count == 0) throw HttpError("no answer in time");
    return;
  }
}

Fd connect_to(const std::string& host, const std::string& port, const Patience& patience) {
  const Addresses addresses = resolve(host, port, patience);
  for (const addrinfo* address = addresses.get();; address = address->ai_next) {
    try {
      return connect_to(*address, patience);
    } catch (const HttpError&) {
      if (address->ai_next == nullptr) throw;
    }
  }
}

}  // namespace kamal::cli
