#include "sshkit/ssh/ssh_server.h"

#include "kamal/support/quoting.h"
#include "sshkit/ssh/account_shell.h"
#include "sshkit/ssh/interactive.h"

namespace kamal::sshkit {
namespace {

bool stops_list(const Step& step, const StepResult& result) {
  return !result.ok() && step.on_failure == OnFailure::stop;
}

void collect_saved(const Steps& steps, size_t first, const std::vector<StepResult>& results,
                   SavedValues& saved) {
  for (size_t i = 0; i < results.size(); ++i) {
    const std::string& name = steps[first + i].variable;
    if (!name.empty()) saved.emplace_back(name, results[i].text());
  }
}

// Ends the command when nobody listens any more: a watcher reads until the channel closes. All that the
// command started is in the shell's process group; where sshd gave it none of its own, only the command
// itself may be hit.
std::string with_watcher(const Command& command) {
  return "exec 3<&0\n"
         "( eval " +
         shell_quote(command.shell_text()) +
         " ) </dev/null 3<&- &\n"
         "command=$!\n"
         "( cat <&3\n"
         "read -r _ _ _ _ group _ </proc/$$/stat\n"
         "trap '' TERM\n"
         "if [ \"$group\" = $$ ]; then kill -TERM 0; else kill -TERM $command; fi\n"
         ") >/dev/null 2>&1 &\n"
         "exec 3<&-\n"
         "wait $command\n";
}

class SshForward : public Forward {
 public:
  SshForward(std::weak_ptr<Link> link, int remote_port) : link_(std::move(link)), remote_port_(remote_port) {}
  ~SshForward() override {
    if (const auto link = link_.lock()) link->connection->end_forward(remote_port_);
  }
  SshForward(const SshForward&) = delete;
  SshForward& operator=(const SshForward&) = delete;

 private:
  std::weak_ptr<Link> link_;
  int remote_port_;
};

// Closes a channel at the end of its use.
class OpenChannel {
 public:
  explicit OpenChannel(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  ~OpenChannel() { channel_->abandon(); }
  OpenChannel(const OpenChannel&) = delete;
  OpenChannel& operator=(const OpenChannel&) = delete;
  Channel& operator*() { return *channel_; }
  Channel* operator->() { return channel_.get(); }

 private:
  std::shared_ptr<Channel> channel_;
};

}  // namespace

std::shared_ptr<Link> SshServer::link() {
  const std::lock_guard lock(mutex_);
  if (!link_) link_ = std::make_shared<Link>(make_connection_(host_));
  return link_;
}

void SshServer::begin() { link(); }

void SshServer::stop() {
  const std::lock_guard lock(mutex_);
  if (link_) link_->connection->stop();
}

void SshServer::forget(const std::shared_ptr<Link>& link) {
  const std::lock_guard lock(mutex_);
  if (link_ == link) link_.reset();
}

std::shared_ptr<Link> SshServer::ready_link() {
  while (true) {
    interruption_.check();
    std::shared_ptr<Link> current = link();
    // One that was lost since it was last used is replaced; one that could not be had is reported, to each
    // who waited for it.
    const bool was_ready = current->connection->was_ready();
    if (was_ready && !current->connection->gone()) return current;
    if (was_ready) {
      forget(current);
      continue;
    }
    try {
      current->connection->wait_until_ready(waiter_);
      return current;
    } catch (...) {
      if (current->connection->gone()) forget(current);
      throw;
    }
  }
}

void SshServer::fail(const Ending& ending) const {
  throw ConnectionError(ending.lost.empty() ? host_.str() + " runs no command: " + ending.refusal
                                            : ending.lost);
}

std::vector<StepResult> SshServer::run(const Steps& steps, StepListener& listener) {
  std::vector<StepResult> results;
  if (steps.empty()) return results;
  const std::shared_ptr<Link> link = ready_link();
  SavedValues saved;
  // More than one round only where a command takes its shell along.
  while (results.size() < steps.size()) {
    const size_t first = results.size();
    std::vector<StepResult> part = link->shells.run(steps, first, saved, listener, waiter_);
    collect_saved(steps, first, part, saved);
    std::move(part.begin(), part.end(), std::back_inserter(results));
    if (stops_list(steps[results.size() - 1], results.back())) break;
  }
  return results;
}

int SshServer::run_interactively(const Command& command) {
  const std::shared_ptr<Link> link = ready_link();
  RunRequest request{
      .command = account_shell(command.shell_text()), .window = own_window(), .terminal = terminal_};
  LocalTerminal terminal(request.window ? LocalTerminal::Mode::raw : LocalTerminal::Mode::as_it_is);
  OpenChannel channel(link->connection->run(std::move(request)));
  const Ending ending = converse(*channel, terminal, interruption_);
  if (!ending.status) fail(ending);
  return *ending.status;
}

int SshServer::stream(const Command& command,
                      const std::function<bool(Stream, std::string_view)>& keep_going) {
  const std::shared_ptr<Link> link = ready_link();
  OpenChannel channel(
      link->connection->run({.command = account_shell(with_watcher(command)), .window = {}, .terminal = {}}));
  while (true) {
    waiter_.wait(channel->changed().fd(), POLLIN, std::nullopt);
    const Channel::Taken taken = channel->take();
    for (const Channel::Chunk& chunk : taken.chunks) {
      if (!keep_going(chunk.stream, chunk.bytes)) return 0;
    }
    if (!taken.ending) continue;
    if (!taken.ending->status) fail(*taken.ending);
    return *taken.ending->status;
  }
}

std::unique_ptr<Forward> SshServer::forward_to_local(int remote_port, int local_port) {
  const std::shared_ptr<Link> link = ready_link();
  link->connection->forward(remote_port, local_port, waiter_);
  return std::make_unique<SshForward>(link, remote_port);
}

void SshServer::reconnect() {
  std::shared_ptr<Link> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(link_, nullptr);
  }
  old.reset();
  ready_link();
}

}  // namespace kamal::sshkit
