#include "kamal/support/waits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kamal/support/interruption.h"

namespace kamal {
namespace {

using std::chrono::seconds;

constexpr std::array distances = {seconds(15), seconds(30), seconds(60), seconds(120), seconds(300)};
constexpr seconds silence = distances.front();

// The first report time after `passed`.
seconds next_distance(std::chrono::steady_clock::duration passed) {
  for (const seconds distance : distances) {
    if (distance > passed) return distance;
  }
  return (passed / distances.back() + 1) * distances.back();
}

}  // namespace

std::string duration_text(std::chrono::steady_clock::duration duration) {
  const auto total = std::chrono::duration_cast<seconds>(duration).count();
  if (total < 60) return fmt::format("{}s", total);
  if (total % 60 == 0) return fmt::format("{}m", total / 60);
  return fmt::format("{}m {}s", total / 60, total % 60);
}

void WaitList::begin(const std::string& key, Say say, Time now) {
  const auto [wait, is_new] =
      waits_.try_emplace(key, Entry{std::move(say), now, now + distances.front(), now, 0});
  ++wait->second.count;
}

void WaitList::end(const std::string& key) {
  const auto wait = waits_.find(key);
  if (wait != waits_.end() && --wait->second.count == 0) waits_.erase(wait);
}

void WaitList::heard(const std::string& key, Time now) {
  if (const auto wait = waits_.find(key); wait != waits_.end()) wait->second.last_sign = now;
}

std::optional<WaitList::Time> WaitList::speak(Time now) {
  std::optional<Time> next;
  for (auto& [key, wait] : waits_) {
    wait.due = std::max(wait.due, wait.last_sign + silence);
    if (wait.due <= now) {
      wait.say(duration_text(now - wait.start));
      wait.last_sign = now;
      wait.due = std::max(wait.start + next_distance(now - wait.start), now + silence);
    }
    next = std::min(next.value_or(wait.due), wait.due);
  }
  return next;
}

WaitList::Time Waits::now() const { return start_ + speed_ * (std::chrono::steady_clock::now() - start_); }

Waits::~Waits() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Waits::begin(const std::string& key, WaitList::Say say) {
  const std::lock_guard lock(mutex_);
  list_.begin(key, std::move(say), now());
  if (!thread_.joinable()) thread_ = start_quiet_thread([this] { watch(); });
  changed_.notify_all();
}

void Waits::heard(const std::string& key) {
  const std::lock_guard lock(mutex_);
  list_.heard(key, now());
}

void Waits::end(const std::string& key) {
  const std::lock_guard lock(mutex_);
  list_.end(key);
}

void Waits::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::optional<WaitList::Time> next = list_.speak(now());
    if (next) {
      changed_.wait_until(lock, start_ + (*next - start_) / speed_);
    } else {
      changed_.wait(lock);
    }
  }
}

}  // namespace kamal
