#include "sshkit/ssh/relay.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kamal::sshkit {
namespace {

constexpr size_t most_held = 1 << 20;

bool try_again(int error) {
  return error == EAGAIN || error == EINTR || error == EINPROGRESS || error == ENOTCONN;
}

}  // namespace

Relay::Relay(Fd socket, Refused refused) : socket_(std::move(socket)), refused_(std::move(refused)) {
  if (socket_.open()) fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
}

pollfd Relay::interest() const {
  short events = 0;
  if (!read_all_ && from_socket_.size() < most_held) events |= POLLIN;
  if (!to_socket_.empty()) events |= POLLOUT;
  // A socket that wants nothing is left out: poll() would tell of its end again and again.
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
    read_all_ = true;
  } else if (!try_again(errno)) {
    socket_.reset();
  }
}

void Relay::write_some() {
  while (!to_socket_.empty()) {
    const ssize_t count = send(socket_.get(), to_socket_.data(), to_socket_.size(), MSG_NOSIGNAL);
    if (count < 0 && try_again(errno)) return;
    if (count <= 0) return socket_.reset();
    to_socket_.erase(0, static_cast<size_t>(count));
  }
  if (ended_) return socket_.reset();
  if (no_more_) shutdown(socket_.get(), SHUT_WR);
}

size_t Relay::room() {
  return socket_.open() ? most_held - std::min(most_held, to_socket_.size()) : most_held;
}

void Relay::receive(Stream, std::string_view bytes) {
  if (!socket_.open()) return;
  to_socket_ += bytes;
  write_some();
}

void Relay::receive_eof() {
  no_more_ = true;
  if (socket_.open() && to_socket_.empty()) shutdown(socket_.get(), SHUT_WR);
}

void Relay::end(const Ending& ending) {
  if (refused_ && !ending.refusal.empty()) refused_(ending.refusal);
  ended_ = true;
  if (to_socket_.empty()) socket_.reset();
}

}  // namespace kamal::sshkit
