#include "sshkit/ssh/connection.h"

#include <fmt/format.h>

#include "kamal/support/interruption.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;

constexpr int max_attempts_refused = 4;
constexpr auto initial_delay = 250ms;
constexpr auto initial_dns_delay = 100ms;
constexpr auto max_delay = 2000ms;

// Limits attempts and doubles the delay between them.
class Backoff {
 public:
  Backoff(int attempts, std::chrono::milliseconds delay) : remaining_(attempts - 1), delay_(delay) {}

  int remaining() const { return remaining_; }
  // Nullopt after the last attempt.
  std::optional<std::chrono::milliseconds> next_delay() {
    if (remaining_-- <= 0) return std::nullopt;
    const auto delay = delay_;
    delay_ = std::min<std::chrono::milliseconds>(2 * delay_, max_delay);
    return delay;
  }

 private:
  int remaining_;
  std::chrono::milliseconds delay_;
};

// Why a jump host could not connect.
struct Refusal {
  std::mutex mutex;
  std::string why;
};

}  // namespace

Connection::Connection(Target target, const Shared& shared, FindJump find_jump)
    : target_(std::move(target)), shared_(shared), find_jump_(std::move(find_jump)) {
  thread_ = start_quiet_thread([this] { thread(); });
}

Connection::~Connection() {
  stop_.signal();
  thread_.join();
}

void Connection::fail(const std::runtime_error& error) const {
  const auto* const ours = dynamic_cast<const ConnectionError*>(&error);
  throw ConnectionError(
      fmt::format("Could not connect to {} ({}): {}", target_.name, target_.text(), error.what()),
      ours ? ours->stage : ConnectionError::Stage::contact);
}

void Connection::thread() {
  const Waiter waiter(shared_.interruption, &stop_);
  try {
    const SessionHandle session = connect_with_retry(waiter);
    set_state(State::ready, nullptr);
    serve(session.get());
  } catch (const Stopped&) {
    set_state(State::failed, std::make_exception_ptr(ConnectionError("Connection aborted")));
  } catch (...) {
    set_state(State::failed, std::current_exception());
  }
  proxy_.reset();
}

void Connection::serve(ssh_session session) {
  IoLoop::Options options;
  options.keepalive_interval = shared_.settings.keepalive_interval;
  options.reply_timeout = target_.connect_timeout;
  if (shared_.settings.forward_agent) options.agent_socket = target_.agent_socket;
  IoLoop loop(session, std::move(options), *wake_, stop_);
  const std::optional<std::string> why = loop.run([this] { return take_requests(); });
  was_silent_ = loop.is_silent();
  const std::string text = fmt::format("Lost the connection to {} ({}): {}", target_.name, target_.text(),
                                       why.value_or("aborted"));
  set_state(State::lost, std::make_exception_ptr(ConnectionError(text)));
  // Late requests open their channels only to fail them.
  for (const Request& request : take_requests()) request(loop);
  loop.fail(text);
}

SessionHandle Connection::connect_with_retry(const Waiter& waiter) {
  Backoff names(shared_.settings.dns_retries + 1, initial_dns_delay);
  Backoff refused(max_attempts_refused, initial_delay);
  const auto delay_or_fail = [&](Backoff& backoff, const ConnectionError& error) {
    const auto delay = backoff.next_delay();
    if (!delay) fail(error);
    waiter.sleep(*delay);
  };
  while (true) {
    try {
      return connect_once(waiter);
    } catch (const NameNotFound& error) {
      if (names.remaining() > 0)
        shared_.warn(fmt::format("{}: {}; trying again", target_.name, error.what()));
      delay_or_fail(names, error);
    } catch (const ConnectionRefused& error) {
      delay_or_fail(refused, error);
    } catch (const ConnectTimeout& error) {
      was_silent_ = true;
      fail(error);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::runtime_error& error) {
      fail(error);
    }
  }
}

SessionHandle Connection::connect_once(const Waiter& waiter) {
  jump_.reset();
  if (!target_.jumps.empty()) {
    jump_ = find_jump_(target_);
    try {
      jump_->wait_until_ready(waiter);
    } catch (const ConnectionError&) {
      was_silent_ = jump_->was_silent();
      throw;
    }
  }
  const Slot slot(shared_.starts, waiter);
  if (!jump_) return open_session(target_, open_transport(waiter), shared_, waiter);
  const auto refusal = std::make_shared<Refusal>();
  Fd socket = jump_->connect_through(target_.address, target_.port, [refusal](const std::string& why) {
    const std::lock_guard lock(refusal->mutex);
    refusal->why = why;
  });
  try {
    return open_session(target_, std::move(socket), shared_, waiter);
  } catch (const ConnectionRefused&) {
    const std::lock_guard lock(refusal->mutex);
    if (refusal->why.empty()) throw;
    throw ConnectionRefused(fmt::format("{} could not reach it: {}", jump_->target().name, refusal->why));
  }
}

Fd Connection::open_transport(const Waiter& waiter) {
  if (!target_.proxy_command) return connect_tcp(target_, waiter);
  proxy_ = std::make_unique<ProxyProcess>(*target_.proxy_command);
  return proxy_->take_socket();
}

void Connection::set_state(State state, std::exception_ptr failure) {
  {
    const std::lock_guard lock(mutex_);
    state_ = state;
    failure_ = std::move(failure);
  }
  settled_.signal();
}

void Connection::wait_until_ready(const Waiter& waiter) const {
  waiter.wait(settled_.fd(), POLLIN, std::nullopt);
  const std::lock_guard lock(mutex_);
  if (state_ != State::ready) std::rethrow_exception(failure_);
}

bool Connection::is_closed() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::failed || state_ == State::lost;
}

bool Connection::was_ready() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::ready || state_ == State::lost;
}

std::vector<Connection::Request> Connection::take_requests() {
  const std::lock_guard lock(mutex_);
  return std::exchange(requests_, {});
}

bool Connection::post(Request request) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::failed || state_ == State::lost) return false;
    requests_.push_back(std::move(request));
  }
  wake_->signal();
  return true;
}

std::string Connection::failure_text() const {
  const std::lock_guard lock(mutex_);
  try {
    if (failure_) std::rethrow_exception(failure_);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

std::shared_ptr<Channel> Connection::run(RunRequest request) {
  request.forward_agent = shared_.settings.forward_agent && target_.agent_socket;
  auto channel = std::make_shared<Channel>([wake = wake_] { wake->signal(); });
  const bool posted =
      post([channel, request = std::move(request)](IoLoop& loop) { loop.open(request, channel); });
  if (!posted) channel->set_result({{}, {}, failure_text()});
  return {channel.get(), [channel](Channel* used) { used->abandon(); }};
}

Fd Connection::connect_through(const std::string& host, int port, Relay::Refused refused) {
  auto [ours, theirs] = socket_pair();
  // A std::function must be copyable, a socket is not.
  const auto socket = std::make_shared<Fd>(std::move(theirs));
  post([=, refused = std::move(refused)](IoLoop& loop) {
    loop.relay(ConnectRequest{host, port}, std::move(*socket), refused);
  });
  return std::move(ours);
}

void Connection::forward(int remote_port, int local_port, const Waiter& waiter) {
  struct Reply {
    Event given;
    std::atomic<bool> ok = false;
  };
  const auto reply = std::make_shared<Reply>();  // outlives a waiter that was interrupted
  const bool posted = post([=](IoLoop& loop) {
    loop.forward(remote_port, local_port, [reply](bool ok) {
      reply->ok = ok;
      reply->given.signal();
    });
  });
  if (posted) waiter.wait(reply->given.fd(), POLLIN, std::nullopt);
  if (is_closed()) throw ConnectionError(failure_text());
  if (!reply->ok) {
    throw ConnectionError(
        fmt::format("{} ({}): could not forward port {} (in use, or AllowTcpForwarding off?)", target_.name,
                    target_.text(), remote_port));
  }
}

void Connection::cancel_forward(int remote_port) {
  post([remote_port](IoLoop& loop) { loop.cancel_forward(remote_port); });
}

}  // namespace kamal::sshkit
