#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "cli/run_log/otlp.h"
#include "kamal/support/fd.h"

namespace kamal::cli {

struct HttpAnswer {
  int status = 0;
  std::string reason;
  bool ok() const { return status / 100 == 2; }
};

// There was no answer. The text says why.
struct HttpError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The way to a collector.
class HttpSender {
 public:
  virtual ~HttpSender() = default;
  // Posts JSON, in bounded time. Throws HttpError, soon after `cancellation`.
  virtual HttpAnswer post(const std::string& body, const Event& cancellation) = 0;
};

struct ShippingLimits {
  size_t batch = 100;  // records in a request
  std::chrono::milliseconds interval{5000};
  std::chrono::milliseconds time_to_close{6000};
  size_t buffer = 8 * 1024 * 1024;  // bytes, about; beyond it the oldest records go
};

// Sends records in batches from a thread of its own, so that whoever adds one never waits. What a collector
// refuses is lost; the first failure is told.
class LogShipper {
 public:
  using Warn = std::function<void(const std::string&)>;  // from any thread

  LogShipper(OtelAttributes resource, HttpSender& sender, Warn warn, ShippingLimits limits = {});
  ~LogShipper();  // what was not sent is lost
  LogShipper(const LogShipper&) = delete;
  LogShipper& operator=(const LogShipper&) = delete;

  void add(OtelRecord record);
  // Sends what is left. False when anything at all was lost.
  bool close();

 private:
  void start();
  void work();
  void send_all(std::unique_lock<std::mutex>& lock);
  std::vector<OtelRecord> next_batch();
  void forget_buffer();
  enum class Reach { answered, out_of_reach };
  Reach send(const std::vector<OtelRecord>& batch);
  void lose(const std::string& reason);

  const OtelAttributes resource_;
  HttpSender& sender_;
  const Warn warn_;
  const ShippingLimits limits_;
  const Event cancellation_;

  std::mutex mutex_;
  std::condition_variable wake_, finished_;
  std::deque<OtelRecord> buffer_;
  size_t buffered_ = 0;  // bytes
  bool closing_ = false, ended_ = false;
  std::once_flag warned_;
  std::atomic<bool> lost_ = false;
  std::thread thread_;  // runs from the first record on
};

}  // namespace kamal::cli
