#include "cli/run_log/log_shipper.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>

#include "kamal/support/quiet_thread.h"

namespace kamal::cli {
namespace {

constexpr size_t bytes_around_a_body = 256;

size_t size_of(const OtelRecord& record) { return record.body.size() + bytes_around_a_body; }

}  // namespace

LogShipper::LogShipper(OtelAttributes resource, HttpSender& sender, Warn warn, ShippingLimits limits)
    : resource_(std::move(resource)), sender_(sender), warn_(std::move(warn)), limits_(limits) {}

LogShipper::~LogShipper() {
  cancellation_.signal();
  {
    const std::lock_guard lock(mutex_);
    forget_buffer();
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
    lose("there is more to send than is taken");
  }
  if (!thread_.joinable()) start();
  if (buffer_.size() >= limits_.batch) wake_.notify_one();
}

void LogShipper::start() {
  try {
    thread_ = start_quiet_thread([this] { work(); });
  } catch (const std::system_error& error) {
    closing_ = true;
    lose(error.what());
  }
}

bool LogShipper::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  if (!thread_.joinable()) return !lost_;
  wake_.notify_one();
  if (!finished_.wait_for(lock, limits_.time_to_close, [this] { return ended_; })) {
    forget_buffer();
    lose(fmt::format("gave up after {} seconds",
                     std::chrono::duration_cast<std::chrono::seconds>(limits_.time_to_close).count()));
  }
  lock.unlock();
  cancellation_.signal();
  thread_.join();
  return !lost_;
}

void LogShipper::work() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait_for(lock, limits_.interval, [this] { return closing_ || buffer_.size() >= limits_.batch; });
    send_all(lock);
  }
  send_all(lock);
  ended_ = true;
  finished_.notify_all();
}

void LogShipper::send_all(std::unique_lock<std::mutex>& lock) {
  while (!buffer_.empty()) {
    const std::vector<OtelRecord> batch = next_batch();
    lock.unlock();
    const Reach reach = send(batch);
    lock.lock();
    // Nobody waits for a collector that is out of reach any longer than it takes to find that out.
    if (closing_ && reach == Reach::out_of_reach) forget_buffer();
  }
}

void LogShipper::forget_buffer() {
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

LogShipper::Reach LogShipper::send(const std::vector<OtelRecord>& batch) {
  try {
    const HttpAnswer answer = sender_.post(encode_logs(resource_, batch), cancellation_);
    if (!answer.ok()) lose(fmt::format("HTTP {} {}", answer.status, answer.reason));
    return Reach::answered;
  } catch (const std::exception& error) {
    lose(error.what());
    return Reach::out_of_reach;
  }
}

void LogShipper::lose(const std::string& reason) {
  lost_ = true;
  std::call_once(warned_, [&] { warn_(reason); });
}

}  // namespace kamal::cli
