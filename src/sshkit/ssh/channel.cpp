#include "sshkit/ssh/channel.h"

#include <algorithm>

namespace kamal::sshkit {
namespace {

constexpr size_t most_received = 4 << 20;  // bytes that wait for the user

}  // namespace

void Channel::write(std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    to_send_ += bytes;
  }
  wake_();
}

void Channel::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  wake_();
}

void Channel::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  wake_();
}

void Channel::resize(WindowSize window) {
  {
    const std::lock_guard lock(mutex_);
    control_.window = window;
  }
  wake_();
}

void Channel::send_signal(const char* name) {
  {
    const std::lock_guard lock(mutex_);
    control_.signal = name;
  }
  wake_();
}

size_t Channel::unsent() {
  const std::lock_guard lock(mutex_);
  return to_send_.size();
}

bool Channel::over() {
  const std::lock_guard lock(mutex_);
  return ending_.has_value();
}

Channel::Taken Channel::take() {
  changed_.clear();
  Taken taken;
  bool was_full = false;
  {
    const std::lock_guard lock(mutex_);
    was_full = received_bytes_ >= most_received;
    taken.chunks.swap(received_);
    received_bytes_ = 0;
    taken.ending = ending_;
  }
  if (was_full) wake_();
  return taken;
}

size_t Channel::room() {
  const std::lock_guard lock(mutex_);
  return most_received - std::min(most_received, received_bytes_);
}

void Channel::receive(Stream stream, std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (received_.empty() || received_.back().stream != stream) received_.push_back({stream, {}});
    received_.back().bytes += bytes;
    received_bytes_ += bytes.size();
  }
  changed_.signal();
}

void Channel::end(const Ending& ending) {
  {
    const std::lock_guard lock(mutex_);
    ending_ = ending;
  }
  changed_.signal();
}

std::string_view Channel::outgoing() {
  if (sent_ == sending_.size()) {
    sending_.clear();
    sent_ = 0;
    {
      const std::lock_guard lock(mutex_);
      sending_.swap(to_send_);
    }
    if (!sending_.empty()) changed_.signal();
  }
  return std::string_view(sending_).substr(sent_);
}

bool Channel::finished() {
  const std::lock_guard lock(mutex_);
  return finished_ && to_send_.empty() && sent_ == sending_.size();
}

bool Channel::abandoned() {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

Endpoint::Control Channel::control() {
  const std::lock_guard lock(mutex_);
  return std::exchange(control_, {});
}

}  // namespace kamal::sshkit
