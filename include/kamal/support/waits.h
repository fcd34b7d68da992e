#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace kamal {

// In whole seconds: 30s, 2m, 2m 10s.
std::string duration_text(std::chrono::steady_clock::duration duration);

// Reports waits after 15s, 30s, 1m, 2m, 5m and every 5m from then on, unless they showed activity in the last
// 15s.
class WaitList {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Gets the time since the start.
  using Say = std::function<void(std::string_view after)>;

  // Waits with the same key count as one: the first one's Say reports until the last one ends.
  void begin(const std::string& key, Say say, Time now);
  void heard(const std::string& key, Time now);
  void end(const std::string& key);
  // Calls Say for the waits that are due. Returns when the next one is due.
  std::optional<Time> speak(Time now);

 private:
  struct Entry {
    Say say;
    Time start, due, last_sign;  // last_sign: of activity, or a report
    int count;
  };
  std::map<std::string, Entry> waits_;
};

// A list of waits and the thread that reports them, started with the first one. Thread-safe. In tests, time
// passes at a higher speed.
class Waits {
 public:
  explicit Waits(int speed = 1) : speed_(speed) {}
  ~Waits();
  Waits(const Waits&) = delete;
  Waits& operator=(const Waits&) = delete;

  void begin(const std::string& key, WaitList::Say say);
  void heard(const std::string& key);
  void end(const std::string& key);  // it is not reported from then on

 private:
  WaitList::Time now() const;
  void watch();

  const int speed_;
  const WaitList::Time start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  WaitList list_;
  bool stopping_ = false;
  std::thread thread_;
};

// Registers a wait while in scope.
class Wait {
 public:
  Wait(Waits& waits, std::string key, WaitList::Say say) : waits_(waits), key_(std::move(key)) {
    waits_.begin(key_, std::move(say));
  }
  ~Wait() { waits_.end(key_); }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  Waits& waits_;
  const std::string key_;
};

// Makes what says, while it exists, that the named thing takes long.
using MakeWait = std::function<std::unique_ptr<Wait>(const std::string& name)>;

}  // namespace kamal
