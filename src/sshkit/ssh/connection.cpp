#include "sshkit/ssh/connection.h"

#include <fmt/format.h>

#include <atomic>

#include "kamal/support/quiet_thread.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;

constexpr int tries_when_turned_away = 4;
constexpr int tries_without_answer = 2;
constexpr auto first_pause = 250ms;
constexpr auto first_pause_for_names = 100ms;
constexpr auto longest_pause = 2000ms;

// How often something was tried, and what to do about the next failure.
class Patience {
 public:
  Patience(int tries, std::chrono::milliseconds pause) : left_(tries - 1), pause_(pause) {}

  int left() const { return left_; }
  // Nothing when it has run out.
  std::optional<std::chrono::milliseconds> next_pause() {
    if (left_-- <= 0) return std::nullopt;
    const auto pause = pause_;
    pause_ = std::min<std::chrono::milliseconds>(2 * pause_, longest_pause);
    return pause;
  }

 private:
  int left_;
  std::chrono::milliseconds pause_;
};

// What a jump host says about the way behind it.
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

void Connection::fail(const std::string& why) const {
  throw ConnectionError(fmt::format("Can't connect to {} ({}): {}", target_.name, target_.text(), why));
}

void Connection::thread() {
  const Waiter waiter(shared_.interruption, &stop_);
  try {
    const SessionHandle session = log_in_patiently(waiter);
    settle(State::ready, nullptr);
    serve(session.get());
  } catch (const Stopped&) {
    settle(State::failed, std::make_exception_ptr(ConnectionError("The connection was given up")));
  } catch (...) {
    settle(State::failed, std::current_exception());
  }
  proxy_.reset();
}

void Connection::serve(ssh_session session) {
  IoLoop::Options options;
  options.keepalive_interval = shared_.settings.keepalive_interval;
  options.answer_timeout = target_.connect_timeout;
  if (shared_.settings.forward_agent) options.agent_socket = target_.agent_socket;
  IoLoop loop(session, std::move(options), *wake_, stop_);
  const std::optional<std::string> why = loop.run([this] { return take_requests(); });
  const std::string text = fmt::format("Lost the connection to {} ({}): {}", target_.name, target_.text(),
                                       why.value_or("it was given up"));
  settle(State::lost, std::make_exception_ptr(ConnectionError(text)));
  // Requests that came too late open their channels only to hear of it.
  for (const Request& request : take_requests()) request(loop);
  loop.lose(text);
}

SessionHandle Connection::log_in_patiently(const Waiter& waiter) {
  Patience names(shared_.settings.dns_retries + 1, first_pause_for_names);
  Patience turned_away(tries_when_turned_away, first_pause);
  Patience no_answer(tries_without_answer, first_pause);
  const auto pause_or_fail = [&](Patience& patience, const ConnectionError& error) {
    const auto pause = patience.next_pause();
    if (!pause) fail(error.what());
    waiter.sleep(*pause);
  };
  while (true) {
    try {
      return log_in_once(waiter);
    } catch (const NameNotFound& error) {
      if (names.left() > 0) shared_.warn(fmt::format("{}: {}; trying again", target_.name, error.what()));
      pause_or_fail(names, error);
    } catch (const TurnedAway& error) {
      pause_or_fail(turned_away, error);
    } catch (const NoAnswer& error) {
      pause_or_fail(no_answer, error);
    } catch (const ConnectionError& error) {
      fail(error.what());
    } catch (const std::runtime_error& error) {
      if (dynamic_cast<const Interrupted*>(&error) != nullptr) throw;
      fail(error.what());
    }
  }
}

SessionHandle Connection::log_in_once(const Waiter& waiter) {
  jump_.reset();
  if (!target_.jumps.empty()) {
    jump_ = find_jump_(target_);
    jump_->wait_until_ready(waiter);
  }
  const Slot slot(shared_.starts, waiter);
  if (!jump_) return log_in(target_, way_to_server(waiter), shared_, waiter);
  const auto refusal = std::make_shared<Refusal>();
  Fd socket = jump_->connect_through(target_.address, target_.port, [refusal](const std::string& why) {
    const std::lock_guard lock(refusal->mutex);
    refusal->why = why;
  });
  try {
    return log_in(target_, std::move(socket), shared_, waiter);
  } catch (const TurnedAway&) {
    const std::lock_guard lock(refusal->mutex);
    if (refusal->why.empty()) throw;
    throw TurnedAway(fmt::format("{} could not reach it: {}", jump_->target().name, refusal->why));
  }
}

Fd Connection::way_to_server(const Waiter& waiter) {
  if (!target_.proxy_command) return connect_tcp(target_, waiter);
  proxy_ = std::make_unique<ProxyProcess>(*target_.proxy_command);
  return proxy_->take_socket();
}

void Connection::settle(State state, std::exception_ptr failure) {
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

bool Connection::gone() const {
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

std::string Connection::lost_text() const {
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
  if (!posted) channel->end({{}, {}, lost_text()});
  return channel;
}

Fd Connection::connect_through(const std::string& host, int port, Relay::Refused refused) {
  auto [ours, theirs] = socket_pair();
  // std::function wants to be copied, sockets don't: hence the shared_ptr.
  const auto socket = std::make_shared<Fd>(std::move(theirs));
  post([=, refused = std::move(refused)](IoLoop& loop) {
    loop.relay(ConnectRequest{host, port}, std::move(*socket), refused);
  });
  return std::move(ours);
}

void Connection::forward(int remote_port, int local_port, const Waiter& waiter) {
  struct Answer {
    Event given;
    std::atomic<bool> ok = false;
  };
  const auto answer = std::make_shared<Answer>();  // the waiter may be gone before it comes
  const bool posted = post([=](IoLoop& loop) {
    loop.forward(remote_port, local_port, [answer](bool ok) {
      answer->ok = ok;
      answer->given.signal();
    });
  });
  if (posted) waiter.wait(answer->given.fd(), POLLIN, std::nullopt);
  if (gone()) throw ConnectionError(lost_text());
  if (!answer->ok) {
    throw ConnectionError(fmt::format(
        "{} ({}) does not forward its port {}: is it in use, or does AllowTcpForwarding forbid it?",
        target_.name, target_.text(), remote_port));
  }
}

void Connection::end_forward(int remote_port) {
  post([remote_port](IoLoop& loop) { loop.end_forward(remote_port); });
}

}  // namespace kamal::sshkit
