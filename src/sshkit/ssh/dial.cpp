#include "sshkit/ssh/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "kamal/support/name_lookup.h"

namespace kamal::sshkit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto per_address_timeout = std::chrono::seconds(5);

Addresses resolve(const Target& target, Deadline deadline, const Waiter& waiter) {
  const std::string port = std::to_string(target.port);
  if (Addresses addresses = numeric_addresses(target.address, port)) return addresses;
  const NameLookup asked(target.address, port);
  if (!waiter.wait(asked.fd(), POLLIN, deadline)) throw NameNotFound("timed out resolving " + target.address);
  try {
    return asked.take();
  } catch (const std::runtime_error& error) {
    throw NameNotFound("could not resolve " + target.address + ": " + error.what());
  }
}

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

[[noreturn]] void fail_to_connect(int error) {
  const std::string text = std::strerror(error);
  if (error == ECONNREFUSED)
    throw ConnectionRefused("connection refused: check that sshd is running on this port");
  if (error == ECONNRESET) throw ConnectionRefused("connection reset");
  if (error == ETIMEDOUT) throw ConnectTimeout("timed out: check the address and firewall");
  throw ConnectionError(text);
}

// Non-blocking only while connecting: libssh needs a blocking socket.
Fd connect_to(const addrinfo& address, Deadline deadline, const Waiter& waiter) {
  Fd fd(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  if (!fd.open()) fail_to_connect(errno);
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  int error = connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    socklen_t length = sizeof error;
    error = ETIMEDOUT;
    if (waiter.wait(fd.get(), POLLOUT, deadline)) getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  }
  if (error != 0) fail_to_connect(error);
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  return fd;
}

}  // namespace

Fd connect_tcp(const Target& target, const Waiter& waiter) {
  const auto end = Clock::now() + target.connect_timeout;
  const Addresses addresses = resolve(target, end, waiter);
  for (const addrinfo* address = addresses.get();; address = address->ai_next) {
    const bool last = address->ai_next == nullptr;
    try {
      return connect_to(*address, last ? end : std::min(end, Clock::now() + per_address_timeout), waiter);
    } catch (const ConnectionError&) {
      if (last) throw;
    }
  }
}

Fd begin_connect_to_local(int port) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  const int status = connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (status != 0 && errno != EINPROGRESS) return {};
  return fd;
}

Fd connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Fd();
  std::copy(path.begin(), path.end(), address.sun_path);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.open() && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Fd();
  return fd;
}

}  // namespace kamal::sshkit
