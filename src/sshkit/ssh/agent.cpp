#include "sshkit/ssh/agent.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "kamal/support/encoding.h"
#include "kamal/support/interruption.h"

namespace kamal::sshkit {
namespace {

// Message numbers of the agent protocol.
constexpr char failure = 5, request_identities = 11, identities_answer = 12, sign_request = 13,
               sign_response = 14;
constexpr size_t max_message = 256 * 1024;
constexpr size_t max_keys = 1000;
// For a touch or a dialog; servers usually drop a login after two minutes (LoginGraceTime).
constexpr std::chrono::seconds signing_timeout{120};

std::string encode_number(size_t value) {
  std::string bytes(4, '\0');
  for (size_t i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (24 - 8 * i) & 0xff);
  return bytes;
}

std::string length_prefixed(std::string_view text) { return encode_number(text.size()).append(text); }

// These consume a value from the front; nullopt if it is incomplete.
std::optional<size_t> take_number(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  size_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(4);
  return value;
}

std::optional<std::string> take_string(std::string_view& bytes) {
  const auto length = take_number(bytes);
  if (!length || *length > bytes.size()) return std::nullopt;
  std::string text(bytes.substr(0, *length));
  bytes.remove_prefix(*length);
  return text;
}

bool read_all(int fd, char* to, size_t length, const Waiter& waiter, Deadline deadline) {
  while (length > 0) {
    if (!waiter.wait(fd, POLLIN, deadline)) return false;
    const ssize_t count = recv(fd, to, length, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    to += count;
    length -= static_cast<size_t>(count);
  }
  return true;
}

std::optional<std::string> read_message(int fd, const Waiter& waiter, Deadline deadline) {
  std::array<char, 4> head{};
  if (!read_all(fd, head.data(), head.size(), waiter, deadline)) return std::nullopt;
  std::string_view bytes(head.data(), head.size());
  const size_t length = *take_number(bytes);
  if (length > max_message) return std::nullopt;
  std::string message(length, '\0');
  if (!read_all(fd, message.data(), length, waiter, deadline)) return std::nullopt;
  return message;
}

}  // namespace

std::string AgentKey::base64() const { return kamal::base64(blob); }

std::string AgentKey::type() const {
  std::string_view bytes = blob;
  return take_string(bytes).value_or("");
}

std::optional<std::string> Agent::request(std::string_view message, const Waiter& waiter, Deadline deadline) {
  if (!socket_.open()) socket_ = connect_unix(path_);
  if (!socket_.open()) return std::nullopt;
  std::optional<std::string> reply;
  if (write_all(socket_.get(), length_prefixed(message), waiter))
    reply = read_message(socket_.get(), waiter, deadline);
  if (!reply) socket_ = Fd();  // a late reply would be taken for the next one
  return reply;
}

std::vector<AgentKey> Agent::keys(const Waiter& waiter, Deadline deadline) {
  const std::optional<std::string> reply = request(std::string(1, request_identities), waiter, deadline);
  std::vector<AgentKey> keys;
  if (!reply || reply->empty() || reply->front() != identities_answer) return keys;
  std::string_view bytes = std::string_view(*reply).substr(1);
  const size_t count = std::min(take_number(bytes).value_or(0), max_keys);
  while (keys.size() < count) {
    auto blob = take_string(bytes);
    auto comment = take_string(bytes);
    if (!blob || !comment) break;
    keys.push_back({std::move(*blob), std::move(*comment), {}});
  }
  return keys;
}

AgentView::AgentView(Agent& agent, const Waiter& waiter) : agent_(agent), waiter_(waiter) {
  std::tie(ours_, theirs_) = socket_pair();
  thread_ = start_quiet_thread([this] { serve(); });
}

AgentView::~AgentView() {
  shutdown(ours_.get(), SHUT_RDWR);
  thread_.join();
}

void AgentView::serve() {
  try {
    while (const auto message = read_message(ours_.get(), waiter_, std::nullopt)) {
      if (!write_all(ours_.get(), length_prefixed(reply(*message)), waiter_)) return;
    }
  } catch (...) {
    // Interrupted or stopped: the shutdown below unblocks libssh at the other end.
  }
  shutdown(ours_.get(), SHUT_RDWR);
}

void AgentView::offer(const AgentKey& key) {
  const std::lock_guard lock(mutex_);
  key_ = key;
  refused_to_sign_ = false;
}

bool AgentView::refused_to_sign() {
  const std::lock_guard lock(mutex_);
  return refused_to_sign_;
}

std::string AgentView::reply(const std::string& message) {
  const std::lock_guard lock(mutex_);
  if (message.starts_with(sign_request)) return sign(message);
  if (!message.starts_with(request_identities)) return std::string(1, failure);
  return identities_answer +
         encode_number(1).append(length_prefixed(key_.blob)).append(length_prefixed(key_.comment));
}

std::string AgentView::sign(const std::string& message) {
  std::string_view rest = std::string_view(message).substr(1);
  std::string request = message;
  if (!key_.signs_as.empty() && take_string(rest))
    request = sign_request + length_prefixed(key_.signs_as).append(rest);
  const auto reply = agent_.request(request, waiter_, Ticks::now() + signing_timeout);
  refused_to_sign_ = !reply || !reply->starts_with(sign_response);
  return refused_to_sign_ ? std::string(1, failure) : *reply;
}

}  // namespace kamal::sshkit
