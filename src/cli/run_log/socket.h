#pragma once

#include <chrono>
#include <string>

#include "cli/run_log/log_shipper.h"
#include "kamal/support/fd.h"

namespace kamal::cli {

// How long somebody waits.
class Patience {
 public:
  Patience(std::chrono::milliseconds time, const Event& cancellation)
      : end_(std::chrono::steady_clock::now() + time), cancellation_(cancellation) {}

  // Until `fd` is ready for the events of poll(). Throws HttpError when time is up or the wait called off.
  void wait(int fd, short events) const;

 private:
  std::chrono::steady_clock::time_point end_;
  const Event& cancellation_;
};

// A TCP connection, not blocking, to the first of the host's addresses that takes one. Throws HttpError.
Fd connect_to(const std::string& host, const std::string& port, const Patience& patience);

}  // namespace kamal::cli
