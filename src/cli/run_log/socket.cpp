#include "cli/run_log/socket.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

namespace kamal::cli {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// getaddrinfo() can't be called off, so it has a thread of its own that may outlive whoever asked. The answer
// belongs to both, hence shared_ptr.
struct LookUp {
  std::mutex mutex;
  Cancellation done;
  int status = 0;
  Addresses addresses;
};

void look_up(const std::string& host, const std::string& port, LookUp& answer) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  const std::lock_guard lock(answer.mutex);
  answer.status = status;
  answer.addresses.reset(status == 0 ? list : nullptr);
  answer.done.cancel();
}

Addresses resolve(const std::string& host, const std::string& port, const Patience& patience) {
  const auto asked = std::make_shared<LookUp>();
  std::thread([asked, host, port] { look_up(host, port, *asked); }).detach();
  patience.wait(asked->done.fd(), POLLIN);
  const std::lock_guard lock(asked->mutex);
  if (asked->status != 0) {
    throw HttpError(fmt::format("the name {} can't be resolved: {}", host, gai_strerror(asked->status)));
  }
  return std::move(asked->addresses);
}

Socket connect_to(const addrinfo& address, const Patience& patience) {
  Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  int error = connect(socket.fd(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    patience.wait(socket.fd(), POLLOUT);
    socklen_t length = sizeof error;
    getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &length);
  }
  if (error != 0) throw HttpError(std::strerror(error));
  const int on = 1;
  setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
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

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

Socket connect_to(const std::string& host, const std::string& port, const Patience& patience) {
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
