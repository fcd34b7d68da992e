#include "sshkit/ssh/ssh_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "kamal/support/system.h"
#include "sshkit/ssh/channel.h"

namespace kamal::sshkit {
namespace {

// sshd allows 10 sessions per connection by default (MaxSessions): two are left for terminals and logs.
constexpr int max_shells = 8;
constexpr int lost_shell_status = 255;
constexpr size_t nonce_bytes = 16;

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

// Watches a new shell until it reads what it is sent: the login shell before it runs the user's startup
// files.
class StartWatch {
 public:
  StartWatch(const Connection& connection, StepListener& listener)
      : connection_(connection), listener_(listener) {}

  Deadline deadline() const {
    const SshSettings& settings = connection_.settings();
    return start_ +
           (noticed_ ? settings.shell_timeout : std::min(settings.shell_notice, settings.shell_timeout));
  }

  // Call at the deadline. Throws ConnectionError at the last one.
  void give_notice() {
    constexpr const char* cause = "startup files (~/.profile, ~/.bashrc) may hang or read standard input";
    const std::string& name = connection_.target().name;
    const SshSettings& settings = connection_.settings();
    if (noticed_) {
      throw ConnectionError(
          fmt::format("No shell on {} within {}s: {}", name, settings.shell_timeout.count(), cause));
    }
    noticed_ = true;
    listener_.waiting(fmt::format("Still waiting for a shell on {} after {}s: {}", name,
                                  settings.shell_notice.count(), cause));
  }

 private:
  const Connection& connection_;
  StepListener& listener_;
  const Ticks::time_point start_ = Ticks::now();
  bool noticed_ = false;
};

}  // namespace

Shell::Shell(Connection& connection, std::string nonce)
    : connection_(connection),
      channel_(connection.run({.command = account_shell(), .window = {}, .terminal = {}})),
      nonce_(std::move(nonce)) {}

std::vector<StepResult> Shell::run(const ListRun& list, const Waiter& waiter) {
  idle_ = false;
  const std::string prologue = fresh_ ? shell_prologue(nonce_) : "";
  channel_->write(prologue + list.before + list_script(list.steps, list.first, list.saved, nonce_));
  const bool first_list = std::exchange(fresh_, false);
  ListProgress progress(list.steps, list.first, nonce_, list.listener);
  StartWatch start(connection_, list.listener);
  while (!progress.is_done()) {
    const bool starting = first_list && !progress.has_started();
    const Deadline deadline = starting ? start.deadline() : std::nullopt;
    wait_for_output(waiter, deadline);
    const Channel::Taken taken = channel_->take();
    for (const Channel::Chunk& chunk : taken.chunks) progress.add(chunk.stream, chunk.bytes);
    if (progress.process_group() != 0) group_ = progress.process_group();
    if (deadline && !taken.result && !progress.has_started() && Ticks::now() >= *deadline)
      start.give_notice();
    if (progress.is_done() || !taken.result) continue;
    if (!taken.result->connection_error.empty()) throw ConnectionError(taken.result->connection_error);
    if (first_list && !taken.result->refusal.empty()) throw ShellRefused(taken.result->refusal);
    progress.abort(taken.result->status.value_or(lost_shell_status));
    return progress.take_results();
  }
  idle_ = true;
  return progress.take_results();
}

// An interrupted list is ended on the server, too: sshd signals the shell's process group, except with a
// forced command. The connection's next list makes sure.
void Shell::wait_for_output(const Waiter& waiter, Deadline deadline) {
  try {
    waiter.wait(channel_->changed().fd(), POLLIN, deadline);
  } catch (const Interrupted&) {
    interrupted_group_ = group_;
    channel_->send_signal("TERM");
    throw;
  }
}

// Opens the first shell ahead of its first use.
ServerConnection::ServerConnection(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), max_(max_shells) {
  idle_.push_back(open_shell());
}

std::unique_ptr<Shell> ServerConnection::open_shell() {
  return std::make_unique<Shell>(*connection_, SystemRandom().hex(nonce_bytes));
}

std::unique_ptr<Shell> ServerConnection::acquire(const Waiter& waiter) {
  std::unique_lock lock(mutex_);
  while (leased_ >= max_) {
    released_.clear();
    lock.unlock();
    waiter.wait(released_.fd(), POLLIN, std::nullopt);
    lock.lock();
  }
  ++leased_;
  while (!idle_.empty()) {
    std::unique_ptr<Shell> shell = std::move(idle_.back());
    idle_.pop_back();
    if (shell->usable()) return shell;
  }
  return open_shell();
}

void ServerConnection::release(std::unique_ptr<Shell> shell) {
  const std::lock_guard lock(mutex_);
  --leased_;
  if (shell->interrupted_group() != 0) interrupted_groups_.push_back(shell->interrupted_group());
  if (shell->usable()) idle_.push_back(std::move(shell));
  released_.signal();
}

std::vector<int> ServerConnection::take_interrupted_groups() {
  const std::lock_guard lock(mutex_);
  return std::exchange(interrupted_groups_, {});
}

// Lowers the limit to the shells in use besides the refused one. False if there are none.
bool ServerConnection::lower_limit() {
  const std::lock_guard lock(mutex_);
  max_ = std::max(1, leased_ - 1);
  return leased_ > 1;
}

std::vector<StepResult> ServerConnection::run(ListRun list, const Waiter& waiter) {
  const auto give_back = [this](Shell* shell) { release(std::unique_ptr<Shell>(shell)); };
  while (true) {
    const std::unique_ptr<Shell, decltype(give_back)> shell(acquire(waiter).release(), give_back);
    list.before += end_groups(take_interrupted_groups());  // beside those of a refused shell
    try {
      return shell->run(list, waiter);
    } catch (const ShellRefused& refused) {
      if (!lower_limit())
        throw ConnectionError(connection_->target().name + " refused to open a shell: " + refused.what());
    }
  }
}

std::shared_ptr<ServerConnection> SshServer::link() {
  const std::lock_guard lock(mutex_);
  if (!connection_) connection_ = std::make_shared<ServerConnection>(make_connection_(host_, patience_));
  return connection_;
}

void SshServer::start_connecting() { link(); }

bool SshServer::has_failed() {
  const std::lock_guard lock(mutex_);
  if (!connection_) return false;
  const Connection& connection = connection_->connection();
  return connection.is_closed() && !connection.was_ready();
}

void SshServer::stop() {
  const std::lock_guard lock(mutex_);
  if (connection_) connection_->connection().stop();
}

void SshServer::discard_if_closed(const std::shared_ptr<ServerConnection>& link) {
  const std::lock_guard lock(mutex_);
  if (connection_ != link || !link->connection().is_closed()) return;
  const Connection& closed = link->connection();
  if (closed.was_ready()) patience_ = closed.was_silent() ? Patience::little : Patience::normal;
  connection_.reset();
}

std::shared_ptr<ServerConnection> SshServer::ready_connection() {
  while (true) {
    interruption_.check();
    std::shared_ptr<ServerConnection> current = link();
    // A connection lost since its last use is replaced; one that failed is reported to each waiting thread,
    // and to all later ones if it timed out, so that a dead server costs its timeout only once.
    const bool was_ready = current->connection().was_ready();
    if (was_ready && !current->connection().is_closed()) return current;
    if (was_ready) {
      discard_if_closed(current);
      continue;
    }
    try {
      current->connection().wait_until_ready(waiter_);
      return current;
    } catch (const Interrupted&) {
      // A cleanup retries a login that was interrupted before.
      discard_if_closed(current);
      if (interruption_.requested()) throw;
    } catch (...) {
      if (!current->connection().is_given_up()) discard_if_closed(current);
      throw;
    }
  }
}

int SshServer::exit_status(const ChannelResult& result) const {
  if (result.status) return *result.status;
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
    std::vector<StepResult> part = link->run({steps, first, saved, listener}, waiter_);
    collect_saved(steps, first, part, saved);
    std::move(part.begin(), part.end(), std::back_inserter(results));
    if (stops_list(steps[results.size() - 1], results.back())) break;
  }
  return results;
}

int SshServer::run_interactively(const Command& command) {
  const std::shared_ptr<ServerConnection> link = ready_connection();
  // Of standard input: output may go elsewhere, as with `ssh -t`.
  const std::optional<WindowSize> window = terminal_size(STDIN_FILENO);
  const std::shared_ptr<Channel> channel = link->connection().run(
      {.command = account_shell(command.shell_text()), .window = window, .terminal = terminal_});
  return exit_status(attach_terminal(*channel, window, interruption_));
}

int SshServer::stream(const Command& command,
                      const std::function<bool(Stream, std::string_view)>& keep_going) {
  const std::shared_ptr<ServerConnection> link = ready_connection();
  const std::shared_ptr<Channel> channel =
      link->connection().run({.command = account_shell(with_watcher(command)), .window = {}, .terminal = {}});
  while (true) {
    waiter_.wait(channel->changed().fd(), POLLIN, std::nullopt);
    const Channel::Taken taken = channel->take();
    for (const Channel::Chunk& chunk : taken.chunks) {
      if (!keep_going(chunk.stream, chunk.bytes)) return 0;
    }
    if (taken.result) return exit_status(*taken.result);
  }
}

std::unique_ptr<Forward> SshServer::forward_to_local(int remote_port, int local_port) {
  const std::shared_ptr<ServerConnection> link = ready_connection();
  link->connection().forward(remote_port, local_port, waiter_);
  return std::make_unique<Forward>([link = std::weak_ptr(link), remote_port] {
    if (const auto open = link.lock()) open->connection().cancel_forward(remote_port);
  });
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
