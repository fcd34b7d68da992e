#include "sshkit/ssh/endpoint.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kamal::sshkit {
namespace {

constexpr size_t max_received = 4 << 20;  // bytes not yet taken by the user
constexpr size_t max_buffered = 1 << 20;  // bytes per direction of a relay

bool is_transient(int error) {
  return error == EAGAIN || error == EINTR || error == EINPROGRESS || error == ENOTCONN;
}

}  // namespace

template <class Change>
void Channel::update(Change change) {
  {
    const std::lock_guard lock(mutex_);
    change();
  }
  wake_();
}

void Channel::write(std::string_view bytes) {
  update([&] { to_send_ += bytes; });
}

void Channel::send_eof() {
  update([&] { eof_requested_ = true; });
}

void Channel::abandon() {
  update([&] { abandoned_ = true; });
}

void Channel::resize(WindowSize window) {
  update([&] { control_.window = window; });
}

void Channel::send_signal(const char* name) {
  update([&] { control_.signal = name; });
}

size_t Channel::unsent() {
  const std::lock_guard lock(mutex_);
  return to_send_.size();
}

bool Channel::is_done() {
  const std::lock_guard lock(mutex_);
  return result_.has_value();
}

Channel::Taken Channel::take() {
  changed_.clear();
  Taken taken;
  bool was_full = false;
  {
    const std::lock_guard lock(mutex_);
    was_full = received_bytes_ >= max_received;
    taken.chunks.swap(received_);
    received_bytes_ = 0;
    taken.result = result_;
  }
  if (was_full) wake_();
  return taken;
}

size_t Channel::available() {
  const std::lock_guard lock(mutex_);
  return max_received - std::min(max_received, received_bytes_);
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

void Channel::set_result(const ChannelResult& result) {
  {
    const std::lock_guard lock(mutex_);
    result_ = result;
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

bool Channel::outgoing_done() {
  const std::lock_guard lock(mutex_);
  return eof_requested_ && to_send_.empty() && sent_ == sending_.size();
}

bool Channel::abandoned() {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

Endpoint::Control Channel::control() {
  const std::lock_guard lock(mutex_);
  return std::exchange(control_, {});
}

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

}  // namespace kamal::sshkit
