#include "sshkit/ssh/shell.h"

#include <algorithm>

#include "kamal/support/system.h"
#include "sshkit/ssh/account_shell.h"
#include "sshkit/ssh/framing.h"

namespace kamal::sshkit {
namespace {

// sshd allows 10 sessions on a connection unless MaxSessions says otherwise: two are left for terminals and
// logs.
constexpr int most_shells = 8;
constexpr int status_of_vanished_shell = 255;
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
  while (!progress.ended()) {
    waiter.wait(channel_->changed().fd(), POLLIN, std::nullopt);
    const Channel::Taken taken = channel_->take();
    for (const Channel::Chunk& chunk : taken.chunks) progress.add(chunk.stream, chunk.bytes);
    if (progress.ended() || !taken.ending) continue;
    if (!taken.ending->lost.empty()) throw ConnectionError(taken.ending->lost);
    if (first_list && !taken.ending->refusal.empty()) throw ShellRefused(taken.ending->refusal);
    progress.break_off(taken.ending->status.value_or(status_of_vanished_shell));
    return progress.take_results();
  }
  idle_ = true;
  return progress.take_results();
}

// A shell of the pool for the time of one list.
class ShellPool::Lease {
 public:
  Lease(ShellPool& pool, const Waiter& waiter) : pool_(pool), shell_(pool.take(waiter)) {}
  ~Lease() { pool_.give_back(std::move(shell_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Shell* operator->() { return shell_.get(); }

 private:
  ShellPool& pool_;
  std::unique_ptr<Shell> shell_;
};

// The first shell is on its way before anybody asks for it.
ShellPool::ShellPool(Connection& connection) : connection_(connection), most_(most_shells) {
  idle_.push_back(std::make_unique<Shell>(connection_, SystemRandom().hex(nonce_bytes)));
}

std::unique_ptr<Shell> ShellPool::take(const Waiter& waiter) {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (leased_ < most_) {
        ++leased_;
        break;
      }
      given_back_.clear();
    }
    waiter.wait(given_back_.fd(), POLLIN, std::nullopt);
  }
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    std::unique_ptr<Shell> shell = std::move(idle_.back());
    idle_.pop_back();
    if (shell->usable()) return shell;
  }
  return std::make_unique<Shell>(connection_, SystemRandom().hex(nonce_bytes));
}

void ShellPool::give_back(std::unique_ptr<Shell> shell) {
  const std::lock_guard lock(mutex_);
  --leased_;
  if (shell->usable()) idle_.push_back(std::move(shell));
  given_back_.signal();
}

// The server allows fewer shells than we thought: no more than there are beside the refused one.
bool ShellPool::has_others_after_refusal() {
  const std::lock_guard lock(mutex_);
  most_ = std::max(1, leased_ - 1);
  return leased_ > 1;
}

std::vector<StepResult> ShellPool::run(const Steps& steps, size_t first, const SavedValues& saved,
                                       StepListener& listener, const Waiter& waiter) {
  while (true) {
    Lease shell(*this, waiter);
    try {
      return shell->run(steps, first, saved, listener, waiter);
    } catch (const ShellRefused& refused) {
      if (!has_others_after_refusal())
        throw ConnectionError(connection_.target().name + " opens no shell: " + refused.what());
    }
  }
}

}  // namespace kamal::sshkit
