#include "cli/timeline.h"

#include <algorithm>
#include <utility>

namespace kamal::cli {

void Timeline::plan(const std::vector<std::string>& phases) {
  for (const Listener& listener : listeners_) {
    if (listener.planned) listener.planned(phases);
  }
}

void Timeline::host_began(const Host& host) {
  for (const Listener& listener : listeners_) {
    if (listener.host_began) listener.host_began(host);
  }
}

void Timeline::host_ended(const Host& host, sshkit::TaskOutcome outcome) {
  for (const Listener& listener : listeners_) {
    if (listener.host_ended) listener.host_ended(host, outcome);
  }
}

void Timeline::begin(const std::string& phase) {
  if (current_ && current_->name == phase) return;
  end();
  for (const Listener& listener : listeners_) {
    if (listener.began) listener.began(phase);
  }
  const std::lock_guard lock(mutex_);
  since_ = clock_.ticks();
  if (phases_.empty()) first_ = last_ = since_;
  auto found =
      std::find_if(phases_.begin(), phases_.end(), [&](const Phase& before) { return before.name == phase; });
  if (found == phases_.end()) found = phases_.insert(phases_.end(), {.name = phase});
  current_ = &*found;
}

void Timeline::end() {
  if (!current_) return;
  const std::string phase = current_->name;
  {
    const std::lock_guard lock(mutex_);
    last_ = clock_.ticks();
    current_->took += last_ - since_;
    current_ = nullptr;
  }
  for (const Listener& listener : listeners_) {
    if (listener.ended) listener.ended(phase);
  }
}

std::vector<Timeline::Phase> Timeline::phases() const {
  const std::lock_guard lock(mutex_);
  return phases_;
}

Timeline::Duration Timeline::elapsed() const {
  const std::lock_guard lock(mutex_);
  return last_ - first_;
}

void Timeline::add(const Host& host, Duration duration) {
  const std::lock_guard lock(mutex_);
  if (current_) current_->hosts[host] += duration;
}

Timeline::HostWork::HostWork(Timeline& timeline, Host host)
    : timeline_(timeline), host_(std::move(host)), since_(timeline.clock_.ticks()) {}

Timeline::HostWork::~HostWork() { timeline_.add(host_, timeline_.clock_.ticks() - since_); }

}  // namespace kamal::cli
