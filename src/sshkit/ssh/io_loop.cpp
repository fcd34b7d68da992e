#include "sshkit/ssh/io_loop.h"

#include <fcntl.h>
#include <libssh/server.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {
namespace {

constexpr const char* forwarded_address = "127.0.0.1";
constexpr size_t max_buffered = 1 << 20;  // bytes per direction of a relay

bool is_transient(int error) {
  return error == EAGAIN || error == EINTR || error == EINPROGRESS || error == ENOTCONN;
}

}  // namespace

Relay::Relay(Fd socket, Refused refused) : socket_(std::move(socket)), refused_(std::move(refused)) {
  if (socket_.open()) fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
}

pollfd Relay::interest() const {
  short events = 0;
  if (!socket_eof_ && from_socket_.size() < max_buffered) events |= POLLIN;
  if (!to_socket_.empty()) events |= POLLOUT;
  // An idle socket is left out: poll() would report its hang-up endlessly.
  return {events == 0 ? -1 : socket_.get(), events, 0};
}

void Relay::on_poll(short happened) {
  if ((happened & POLLOUT) != 0) write_some();
  if (socket_.open() && (happened & (POLLIN | POLLHUP | POLLERR)) != 0) read_some();
}

void Relay::read_some() {
  std::array<char, 32 << 10> buffer;
  const ssize_t count = read(socket_.get(), buffer.data(), buffer.size());
  if (count > 0) {
    from_socket_.append(buffer.data(), static_cast<size_t>(count));
  } else if (count == 0) {
    socket_eof_ = true;
  } else if (!is_transient(errno)) {
    socket_.reset();
  }
}

void Relay::write_some() {
  while (!to_socket_.empty()) {
    const ssize_t count = send(socket_.get(), to_socket_.data(), to_socket_.size(), MSG_NOSIGNAL);
    if (count < 0 && is_transient(errno)) return;
    if (count <= 0) return socket_.reset();
    to_socket_.erase(0, static_cast<size_t>(count));
  }
  if (ended_) return socket_.reset();
  if (eof_received_) shutdown(socket_.get(), SHUT_WR);
}

size_t Relay::available() {
  return socket_.open() ? max_buffered - std::min(max_buffered, to_socket_.size()) : max_buffered;
}

void Relay::receive(Stream, std::string_view bytes) {
  if (!socket_.open()) return;
  to_socket_ += bytes;
  write_some();
}

void Relay::receive_eof() {
  eof_received_ = true;
  if (socket_.open() && to_socket_.empty()) shutdown(socket_.get(), SHUT_WR);
}

void Relay::set_result(const ChannelResult& result) {
  if (refused_ && !result.refusal.empty()) refused_(result.refusal);
  ended_ = true;
  if (to_socket_.empty()) socket_.reset();
}

IoLoop::IoLoop(ssh_session session, Options options, const Event& wake, const Event& stop)
    : session_(session),
      options_(std::move(options)),
      wake_(wake),
      stop_(stop),
      event_(ssh_event_new()),
      last_received_(Ticks::now()),
      last_probe_(last_received_) {
  ssh_event_add_session(event_, session_);
  ssh_set_counters(session_, &counter_, nullptr);
  if (options_.agent_socket) {
    callbacks_.userdata = this;
    callbacks_.channel_open_request_auth_agent_function = on_agent_channel;
    ssh_callbacks_init(&callbacks_);
    ssh_set_callbacks(session_, &callbacks_);
  }
}

IoLoop::~IoLoop() {
  // Freed channels send a close, which must not block on a dead server.
  shutdown(ssh_get_fd(session_), SHUT_RDWR);
  channels_.clear();
  ssh_event_remove_session(event_, session_);
  ssh_event_free(event_);
  ssh_set_counters(session_, nullptr, nullptr);
}

std::optional<std::string> IoLoop::run(const std::function<Requests()>& take_requests) {
  while (true) {
    for (const auto& request : take_requests()) request(*this);
    advance_all();
    if (auto why = failure()) return why;
    wait();
    if (stopped_) return std::nullopt;
  }
}

void IoLoop::open(Opening opening, std::shared_ptr<Endpoint> endpoint) {
  channels_.push_back(std::make_unique<LiveChannel>(session_, std::move(opening), std::move(endpoint),
                                                    Ticks::now() + options_.reply_timeout));
}

void IoLoop::relay(Opening opening, Fd socket, Relay::Refused refused) {
  auto relay = std::make_shared<Relay>(std::move(socket), std::move(refused));
  relays_.push_back(relay);
  open(std::move(opening), std::move(relay));
}

void IoLoop::forward(int remote_port, int local_port, std::function<void(bool)> done) {
  const auto listen = [this, remote_port] {
    return ssh_channel_listen_forward(session_, forwarded_address, remote_port, nullptr);
  };
  has_forwarded_ = true;
  global_requests_.push_back({listen, [this, remote_port, local_port, done = std::move(done)](bool ok) {
                                if (ok) forwards_[remote_port] = local_port;
                                done(ok);
                              }});
}

void IoLoop::cancel_forward(int remote_port) {
  forwards_.erase(remote_port);
  global_requests_.push_back(
      {[this, remote_port] { return ssh_channel_cancel_forward(session_, forwarded_address, remote_port); },
       [](bool) {}});
}

void IoLoop::fail(const std::string& why) {
  for (const auto& channel : channels_) channel->fail(why);
  for (const GlobalRequest& request : global_requests_) request.done(false);
}

Deadline IoLoop::next_deadline() const {
  Deadline next = last_received_ + silence_limit();
  if (global_requests_.empty())
    next = std::min(*next, std::max(last_received_, last_probe_) + options_.keepalive_interval);
  for (const auto& channel : channels_) {
    if (channel->deadline() && *channel->deadline() < *next) next = channel->deadline();
  }
  return next;
}

void IoLoop::wait() {
  const bool writing = (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0;
  std::vector<pollfd> fds{{stop_.fd(), POLLIN, 0},
                          {wake_.fd(), POLLIN, 0},
                          {ssh_get_fd(session_), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0}};
  relays_.remove_if([](const auto& relay) { return relay->is_done(); });
  for (const auto& relay : relays_) fds.push_back(relay->interest());
  if (poll(fds.data(), fds.size(), poll_timeout(next_deadline())) <= 0) return;
  stopped_ = fds[0].revents != 0;
  if (fds[1].revents != 0) wake_.clear();
  if (fds[2].revents != 0) ssh_event_dopoll(event_, 0);
  size_t i = 3;
  for (const auto& relay : relays_) relay->on_poll(fds[i++].revents);
}

// Any libssh call may read packets for other channels, so all are advanced until nothing arrived.
void IoLoop::advance_all() {
  uint64_t before = 0;
  do {
    before = counter_.in_bytes;
    keep_alive();
    advance_global_requests();
    accept_forwarded();
    accept_agent_channels();
    advance_channels();
  } while (counter_.in_bytes != before && ssh_is_connected(session_) != 0);
}

void IoLoop::advance_channels() {
  // Rotates, since the first one has the best chance to write.
  if (!channels_.empty()) channels_.splice(channels_.end(), channels_, channels_.begin());
  for (auto channel = channels_.begin(); channel != channels_.end();) {
    const bool goes_on = ssh_is_connected(session_) == 0 || (*channel)->advance();
    channel = goes_on ? std::next(channel) : channels_.erase(channel);
  }
}

void IoLoop::advance_global_requests() {
  while (!global_requests_.empty()) {
    const int status = global_requests_.front().step();
    if (status == SSH_AGAIN) return;
    const GlobalRequest request = std::move(global_requests_.front());
    global_requests_.pop_front();
    request.done(status == SSH_OK);
  }
}

void IoLoop::accept_forwarded() {
  if (!has_forwarded_) return;
  int port = 0;
  while (ssh_channel channel = ssh_channel_open_forward_port(session_, 0, &port, nullptr, nullptr)) {
    const auto forward = forwards_.find(port);
    Fd socket = forward == forwards_.end() ? Fd() : begin_connect_to_local(forward->second);
    // Without a socket (forward canceled, port not open) the channel is closed at once.
    relay(AcceptedChannel{channel}, std::move(socket), nullptr);
  }
}

ssh_channel IoLoop::on_agent_channel(ssh_session session, void* self) {
  auto& loop = *static_cast<IoLoop*>(self);
  Fd socket = connect_unix(*loop.options_.agent_socket);
  if (!socket.open()) return nullptr;
  ssh_channel channel = ssh_channel_new(session);
  if (channel != nullptr) loop.agent_channels_.emplace_back(channel, std::move(socket));
  return channel;
}

void IoLoop::accept_agent_channels() {
  for (auto& [channel, socket] : std::exchange(agent_channels_, {}))
    relay(AcceptedChannel{channel}, std::move(socket), nullptr);
}

void IoLoop::keep_alive() {
  static_assert(max_silent_intervals > 1);
  const auto now = Ticks::now();
  if (counter_.in_bytes != received_bytes_) {
    received_bytes_ = counter_.in_bytes;
    last_received_ = now;
  }
  if (now < std::max(last_received_, last_probe_) + options_.keepalive_interval || !global_requests_.empty())
    return;
  last_probe_ = now;
  // ssh_send_keepalive() reports no reply; canceling a forward that does not exist does.
  global_requests_.push_back({[this, sent = false]() mutable {
                                if (!std::exchange(sent, true)) ssh_send_keepalive(session_);
                                return ssh_channel_cancel_forward(session_, forwarded_address, 0);
                              },
                              [](bool) {}});
}

std::optional<std::string> IoLoop::failure() const {
  if (ssh_is_connected(session_) == 0) {
    const std::string why = ssh_get_error(session_);
    return why.empty() || why == "Socket error: disconnected" ? "closed by the server" : why;
  }
  if (is_silent()) return "no response for " + std::to_string(silence_limit().count()) + "s";
  return std::nullopt;
}

bool IoLoop::is_silent() const { return Ticks::now() - last_received_ >= silence_limit(); }

}  // namespace kamal::sshkit
