#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace kamal::sshkit {

// Listens on a free loopback port and handles one connection at a time, on a thread of its own. `handle` gets
// its descriptor, which it closes, and its number from 0.
class Listener {
 public:
  explicit Listener(std::function<void(int connection, int number)> handle) : handle_(std::move(handle)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(fd_, 16) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int i = 0;; ++i) {
        const int connection = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        ++count_;
        handle_(connection, i);
      }
    });
  }
  ~Listener() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int port() const { return port_; }
  int count() const { return count_; }

 private:
  std::function<void(int, int)> handle_;
  int fd_ = -1;
  int port_ = 0;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

}  // namespace kamal::sshkit
