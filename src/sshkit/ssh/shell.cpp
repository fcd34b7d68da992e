#include "sshkit/ssh/shell.h"

#include <algorithm>

#include "kamal/support/system.h"
#include "sshkit/ssh/framing.h"
#include "sshkit/ssh/script.h"

namespace kamal::sshkit {
namespace {

// sshd allows 10 sessions per connection by default (MaxSessions): two are left for terminals and logs.
constexpr int max_shells = 8;
constexpr int lost_shell_status = 255;
constexpr size_t nonce_bytes = 16;

}  // namespace

Shell::Shell(Connection& connection, std::string nonce)
    : channel_(connection.run({.command = account_shell(), .window = {}, .terminal = {}})),
      nonce_(std::move(nonce)) {}

std::vector<StepResult> Shell::run(const Steps& steps, size_t first, const SavedValues& saved,
                                   StepListener& listener, const Waiter& waiter) {
  idle_ = false;
  const std::string prologue = fresh_ ? shell_prologue(nonce_) : "";
  channel_->write(prologue + list_script(steps, first, saved, nonce_));
  const bool first_list = std::exchange(fresh_, false);
  ListProgress progress(steps, first, nonce_, listener);
  while (!progress.is_done()) {
    waiter.wait(channel_->changed().fd(), POLLIN, std::nullopt);
    const Channel::Taken taken = channel_->take();
    for (const Channel::Chunk& chunk : taken.chunks) progress.add(chunk.stream, chunk.bytes);
    if (progress.is_done() || !taken.result) continue;
    if (!taken.result->connection_error.empty()) throw ConnectionError(taken.result->connection_error);
    if (first_list && !taken.result->refusal.empty()) throw ShellRefused(taken.result->refusal);
    progress.abort(taken.result->status.value_or(lost_shell_status));
    return progress.take_results();
  }
  idle_ = true;
  return progress.take_results();
}

// Holds a shell of the pool while in scope.
class ShellPool::Lease {
 public:
  Lease(ShellPool& pool, const Waiter& waiter) : pool_(pool), shell_(pool.acquire(waiter)) {}
  ~Lease() { pool_.release(std::move(shell_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Shell* operator->() { return shell_.get(); }

 private:
  ShellPool& pool_;
  std::unique_ptr<Shell> shell_;
};

// Opens the first shell ahead of its first use.
ShellPool::ShellPool(Connection& connection) : connection_(connection), max_(max_shells) {
  idle_.push_back(std::make_unique<Shell>(connection_, SystemRandom().hex(nonce_bytes)));
}

std::unique_ptr<Shell> ShellPool::acquire(const Waiter& waiter) {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (leased_ < max_) {
        ++leased_;
        break;
      }
      released_.clear();
    }
    waiter.wait(released_.fd(), POLLIN, std::nullopt);
  }
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    std::unique_ptr<Shell> shell = std::move(idle_.back());
    idle_.pop_back();
    if (shell->usable()) return shell;
  }
  return std::make_unique<Shell>(connection_, SystemRandom().hex(nonce_bytes));
}

void ShellPool::release(std::unique_ptr<Shell> shell) {
  const std::lock_guard lock(mutex_);
  --leased_;
  if (shell->usable()) idle_.push_back(std::move(shell));
  released_.signal();
}

// Lowers the limit to the shells in use besides the refused one. False if there are none.
bool ShellPool::lower_limit() {
  const std::lock_guard lock(mutex_);
  max_ = std::max(1, leased_ - 1);
  return leased_ > 1;
}

std::vector<StepResult> ShellPool::run(const Steps& steps, size_t first, const SavedValues& saved,
                                       StepListener& listener, const Waiter& waiter) {
  while (true) {
    Lease shell(*this, waiter);
    try {
      return shell->run(steps, first, saved, listener, waiter);
    } catch (const ShellRefused& refused) {
      if (!lower_limit())
        throw ConnectionError(connection_.target().name + " refused to open a shell: " + refused.what());
    }
  }
}

}  // namespace kamal::sshkit
