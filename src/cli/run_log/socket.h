#pragma once

#include <chrono>
#include <string>

#include "cli/run_log/cancellation.h"
#include "cli/run_log/log_shipper.h"

namespace kamal::cli {

// How long somebody waits.
class Patience {
 public:
  Patience(std::chrono::milliseconds time, const Cancellation& cancellation)
      : end_(std::chrono::steady_clock::now() + time), cancellation_(cancellation) {}

  // Until `fd` is ready for the events of poll(). Throws HttpError when time is up or the wait called off.
  void wait(int fd, short events) const;

 private:
  std::chrono::steady_clock::time_point end_;
  const Cancellation& cancellation_;
};

// A socket that does not block.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_;
};

// A TCP connection to the first of the host's addresses that takes one. Throws HttpError.
Socket connect_to(const std::string& host, const std::string& port, const Patience& patience);

}  // namespace kamal::cli
