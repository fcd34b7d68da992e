#include "sshkit/ssh/ssh_server.h"

#include "sshkit/ssh/interactive.h"
#include "sshkit/ssh/script.h"

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

class SshForward : public Forward {
 public:
  SshForward(std::weak_ptr<ServerConnection> link, int remote_port)
      : connection_(std::move(link)), remote_port_(remote_port) {}
  ~SshForward() override {
    if (const auto link = connection_.lock()) link->connection->cancel_forward(remote_port_);
  }
  SshForward(const SshForward&) = delete;
  SshForward& operator=(const SshForward&) = delete;

 private:
  std::weak_ptr<ServerConnection> connection_;
  int remote_port_;
};

// Closes a channel at the end of the scope.
class ChannelGuard {
 public:
  explicit ChannelGuard(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  ~ChannelGuard() { channel_->abandon(); }
  ChannelGuard(const ChannelGuard&) = delete;
  ChannelGuard& operator=(const ChannelGuard&) = delete;
  Channel& operator*() { return *channel_; }
  Channel* operator->() { return channel_.get(); }

 private:
  std::shared_ptr<Channel> channel_;
};

}  // namespace

std::shared_ptr<ServerConnection> SshServer::link() {
  const std::lock_guard lock(mutex_);
  if (!connection_) connection_ = std::make_shared<ServerConnection>(make_connection_(host_));
  return connection_;
}

void SshServer::start_connecting() { link(); }

void SshServer::stop() {
  const std::lock_guard lock(mutex_);
  if (connection_) connection_->connection->stop();
}

void SshServer::discard(const std::shared_ptr<ServerConnection>& link) {
  const std::lock_guard lock(mutex_);
  if (connection_ == link) connection_.reset();
}

std::shared_ptr<ServerConnection> SshServer::ready_connection() {
  while (true) {
    interruption_.check();
    std::shared_ptr<ServerConnection> current = link();
    // A connection lost since its last use is replaced; one that failed is reported to each waiting thread.
    const bool was_ready = current->connection->was_ready();
    if (was_ready && !current->connection->is_closed()) return current;
    if (was_ready) {
      discard(current);
      continue;
    }
    try {
      current->connection->wait_until_ready(waiter_);
      return current;
    } catch (...) {
      if (current->connection->is_closed()) discard(current);
      throw;
    }
  }
}

void SshServer::fail(const ChannelResult& result) const {
  throw ConnectionError(result.connection_error.empty()
                            ? host_.str() + " refused to run the command: " + result.refusal
                            : result.connection_error);
}

std::vector<StepResult> SshServer::run(const Steps& steps, StepListener& listener) {
  std::vector<StepResult> results;
  if (steps.empty()) return results;
  const std::shared_ptr<ServerConnection> link = ready_connection();
  SavedValues saved;
  // More than one round only if a command ends its shell.
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
  const std::shared_ptr<ServerConnection> link = ready_connection();
  RunRequest request{
      .command = account_shell(command.shell_text()), .window = terminal_size(), .terminal = terminal_};
  LocalTerminal terminal(request.window ? LocalTerminal::Mode::raw : LocalTerminal::Mode::unchanged);
  ChannelGuard channel(link->connection->run(std::move(request)));
  const ChannelResult result = attach_terminal(*channel, terminal, interruption_);
  if (!result.status) fail(result);
  return *result.status;
}

int SshServer::stream(const Command& command,
                      const std::function<bool(Stream, std::string_view)>& keep_going) {
  const std::shared_ptr<ServerConnection> link = ready_connection();
  ChannelGuard channel(
      link->connection->run({.command = account_shell(with_watcher(command)), .window = {}, .terminal = {}}));
  while (true) {
    waiter_.wait(channel->changed().fd(), POLLIN, std::nullopt);
    const Channel::Taken taken = channel->take();
    for (const Channel::Chunk& chunk : taken.chunks) {
      if (!keep_going(chunk.stream, chunk.bytes)) return 0;
    }
    if (!taken.result) continue;
    if (!taken.result->status) fail(*taken.result);
    return *taken.result->status;
  }
}

std::unique_ptr<Forward> SshServer::forward_to_local(int remote_port, int local_port) {
  const std::shared_ptr<ServerConnection> link = ready_connection();
  link->connection->forward(remote_port, local_port, waiter_);
  return std::make_unique<SshForward>(link, remote_port);
}

void SshServer::reconnect() {
  std::shared_ptr<ServerConnection> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(connection_, nullptr);
  }
  old.reset();
  ready_connection();
}

}  // namespace kamal::sshkit
