#include "cli/output/log_shipper.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>

#include "kamal/support/interruption.h"

namespace kamal::cli {
namespace {

constexpr size_t record_overhead = 256;

size_t size_of(const OtelRecord& record) { return record.body.size() + record_overhead; }

}  // namespace

LogShipper::LogShipper(Send send, Warn warn, ShippingLimits limits)
    : send_(std::move(send)), warn_(std::move(warn)), limits_(limits) {}

LogShipper::~LogShipper() {
  cancellation_.signal();
  {
    const std::lock_guard lock(mutex_);
    clear_buffer();
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void LogShipper::add(OtelRecord record) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  buffered_ += size_of(record);
  buffer_.push_back(std::move(record));
  while (buffered_ > limits_.buffer) {
    buffered_ -= size_of(buffer_.front());
    buffer_.pop_front();
    fail("buffer full, records dropped");
  }
  if (!thread_.joinable()) start();
  if (buffer_.size() >= limits_.batch) wake_.notify_one();
}

void LogShipper::start() {
  try {
    thread_ = start_quiet_thread([this] { run(); });
  } catch (const std::system_error& error) {
    closing_ = true;
    fail(error.what());
  }
}

bool LogShipper::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  if (!thread_.joinable()) return !failed_;
  wake_.notify_one();
  if (!finished_.wait_for(lock, limits_.close_timeout, [this] { return done_; })) {
    clear_buffer();
    fail(fmt::format("timed out after {}s",
                     std::chrono::duration_cast<std::chrono::seconds>(limits_.close_timeout).count()));
  }
  lock.unlock();
  cancellation_.signal();
  thread_.join();
  return !failed_;
}

void LogShipper::run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait_for(lock, limits_.interval, [this] { return closing_ || buffer_.size() >= limits_.batch; });
    send_all(lock);
  }
  send_all(lock);
  done_ = true;
  finished_.notify_all();
}

void LogShipper::send_all(std::unique_lock<std::mutex>& lock) {
  while (!buffer_.empty()) {
    const std::vector<OtelRecord> batch = next_batch();
    lock.unlock();
    const bool reachable = send_batch(batch);
    lock.lock();
    // The end of a run waits for one attempt, not for one per batch.
    if (closing_ && !reachable) clear_buffer();
  }
}

void LogShipper::clear_buffer() {
  buffer_.clear();
  buffered_ = 0;
}

std::vector<OtelRecord> LogShipper::next_batch() {
  const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(std::min(limits_.batch, buffer_.size()));
  std::vector<OtelRecord> batch(std::make_move_iterator(buffer_.begin()), std::make_move_iterator(end));
  buffer_.erase(buffer_.begin(), end);
  for (const OtelRecord& record : batch) buffered_ -= size_of(record);
  return batch;
}

bool LogShipper::send_batch(const std::vector<OtelRecord>& batch) {
  try {
    const HttpResponse response = send_(batch, cancellation_);
    if (!response.ok()) fail(fmt::format("HTTP {} {}", response.status, response.reason));
    return true;
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

void LogShipper::fail(const std::string& reason) {
  failed_ = true;
  std::call_once(warned_, [&] { warn_(reason); });
}

}  // namespace kamal::cli
