#include "sshkit/ssh/session.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "kamal/support/name_lookup.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/authentication.h"
#include "sshkit/ssh/host_keys.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {
namespace {

constexpr auto per_address_timeout = std::chrono::seconds(5);

Addresses resolve(const Target& target, Deadline deadline, const Waiter& waiter) {
  const std::string port = std::to_string(target.port);
  if (Addresses addresses = numeric_addresses(target.address, port)) return addresses;
  const NameLookup asked(target.address, port);
  if (!waiter.wait(asked.fd(), POLLIN, deadline)) throw NameNotFound("timed out resolving " + target.address);
  try {
    return asked.take();
  } catch (const std::runtime_error& error) {
    throw NameNotFound("could not resolve " + target.address + ": " + error.what());
  }
}

[[noreturn]] void fail_to_connect(int error) {
  const std::string text = std::strerror(error);
  if (error == ECONNREFUSED)
    throw ConnectionRefused("connection refused: check that sshd is running on this port");
  if (error == ECONNRESET) throw ConnectionRefused("connection reset");
  if (error == ETIMEDOUT) throw ConnectTimeout("timed out: check the address and firewall");
  throw ConnectionError(text);
}

// Non-blocking only while connecting: libssh needs a blocking socket.
Fd connect_to(const addrinfo& address, Deadline deadline, const Waiter& waiter) {
  Fd fd = begin_connect(address.ai_addr, address.ai_addrlen);
  if (!fd.open()) fail_to_connect(errno);
  set_socket_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  int error = ETIMEDOUT;
  socklen_t length = sizeof error;
  if (waiter.wait(fd.get(), POLLOUT, deadline)) getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) fail_to_connect(error);
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  return fd;
}

int libssh_log_level(const std::string& level) {
  if (level == "debug") return SSH_LOG_PACKET;
  if (level == "info") return SSH_LOG_PROTOCOL;
  if (level == "warn") return SSH_LOG_WARNING;
  return SSH_LOG_NOLOG;
}

void set(ssh_session session, ssh_options_e option, const void* value) {
  if (ssh_options_set(session, option, value) != SSH_OK)
    throw ConnectionError(std::string("libssh rejected an option: ") + ssh_get_error(session));
}

// libssh writes to a blocking socket: limits each write, below the allowed silence.
void limit_writes(int fd, std::chrono::seconds longest) {
  timeval time{};
  time.tv_sec = static_cast<decltype(time.tv_sec)>(longest.count());
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

SessionHandle make_session(const Target& target, Fd socket, const Shared& shared) {
  SessionHandle session(ssh_new());
  if (!session) throw std::bad_alloc();
  const int level = libssh_log_level(shared.settings.log_level);
  const bool no_files = false;
  set(session.get(), SSH_OPTIONS_LOG_VERBOSITY, &level);
  set(session.get(), SSH_OPTIONS_PROCESS_CONFIG, &no_files);
  set(session.get(), SSH_OPTIONS_USER, target.user.c_str());
  // libssh gets no hostname, since it rejects some valid ones: connecting and host keys are handled here.
  set(session.get(), SSH_OPTIONS_SSH_DIR, "/nonexistent");
  set(session.get(), SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  set(session.get(), SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  prefer_known_host_keys(session.get(), target, shared.known_hosts);
  ssh_set_blocking(session.get(), 0);
  limit_writes(socket.get(), (max_silent_intervals - 1) * shared.settings.keepalive_interval);
  const socket_t fd = socket.get();
  set(session.get(), SSH_OPTIONS_FD, &fd);
  socket.release();  // libssh closes it, from ssh_connect() on
  return session;
}

std::string reason(ssh_session session) {
  const std::string text = ssh_get_error(session);
  if (text.find("kex error") != std::string::npos) return "no common algorithms: " + text;
  return text.empty() ? "connection closed by the server" : text;
}

void exchange_keys(ssh_session session, const Waiter& waiter, Deadline deadline) {
  const int status = drive(session, waiter, deadline, SSH_AGAIN, [&] { return ssh_connect(session); });
  if (status == SSH_OK) return;
  const bool before_banner = ssh_get_serverbanner(session) == nullptr;
  if (before_banner)
    throw ConnectionRefused("connection closed before the SSH banner (MaxStartups reached?)");
  throw ConnectionError(reason(session));
}

}  // namespace

Fd connect_tcp(const Target& target, const Waiter& waiter) {
  const auto end = Ticks::now() + target.time_for_contact();
  const Addresses addresses = resolve(target, end, waiter);
  for (const addrinfo* address = addresses.get();; address = address->ai_next) {
    const bool last = address->ai_next == nullptr;
    try {
      return connect_to(*address, last ? end : std::min(end, Ticks::now() + per_address_timeout), waiter);
    } catch (const ConnectionError&) {
      if (last) throw;
    }
  }
}

std::string public_base64(ssh_key key) {
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return {};
  return TextHandle(text).get();
}

int drive(ssh_session session, const Waiter& waiter, Deadline deadline, int again,
          const std::function<int()>& call) {
  while (true) {
    const int status = call();
    if (status != again) return status;
    if (ssh_is_connected(session) == 0) return SSH_ERROR;  // libssh would return `again` forever
    short events = POLLIN;
    if ((ssh_get_poll_flags(session) & SSH_WRITE_PENDING) != 0) events |= POLLOUT;
    if (!waiter.wait(ssh_get_fd(session), events, deadline)) throw ConnectTimeout("timed out");
  }
}

SessionHandle open_session(const Target& target, Fd socket, const Shared& shared, const Waiter& waiter) {
  SessionHandle session = make_session(target, std::move(socket), shared);
  const Deadline deadline = Ticks::now() + target.time_for_contact();
  exchange_keys(session.get(), waiter, deadline);
  check_host_key(session.get(), target, shared);
  authenticate(session.get(), target, shared, waiter);
  return session;
}

namespace {

// Servers usually drop a login after two minutes (LoginGraceTime).
constexpr std::chrono::seconds user_timeout{120};

struct Method {
  int bit;
  const char* name;
};

constexpr std::array methods{
    Method{SSH_AUTH_METHOD_PUBLICKEY, "publickey"}, Method{SSH_AUTH_METHOD_PASSWORD, "password"},
    Method{SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
    Method{SSH_AUTH_METHOD_HOSTBASED, "hostbased"}, Method{SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};

}  // namespace

std::string without_controls(std::string text) {
  for (char& c : text)
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) c = ' ';
  return text;
}

void AuthSession::start() {
  const int status = drive(session_, waiter_, Ticks::now() + target_.connect_timeout, SSH_AGAIN,
                           [&] { return ssh_service_request(session_, "ssh-userauth"); });
  if (status != SSH_OK)
    throw ConnectionError(std::string("could not start authentication: ") + ssh_get_error(session_));
}

AuthResult AuthSession::request(const std::function<int()>& call) {
  return request_until(target_.connect_timeout, call);
}

AuthResult AuthSession::interactive_request(const std::function<int()>& call) {
  return request_until(std::max(user_timeout, target_.connect_timeout), [&] {
    const int status = call();
    show_banner();
    return status;
  });
}

AuthResult AuthSession::request_until(std::chrono::seconds timeout, const std::function<int()>& call) {
  if (closed_) return AuthResult::refused;
  check_connected();
  return to_result(drive(session_, waiter_, Ticks::now() + timeout, SSH_AUTH_AGAIN, call));
}

AuthResult AuthSession::to_result(int status) {
  if (status == SSH_AUTH_SUCCESS) return AuthResult::accepted;
  if (status == SSH_AUTH_INFO) return AuthResult::prompts;
  if (ssh_is_connected(session_) == 0) {
    // Servers close the connection after some failures (MaxAuthTries), not before the first.
    if (refused_ == 0) throw ConnectionRefused(std::string("connection closed: ") + ssh_get_error(session_));
    closed_ = true;
    return AuthResult::refused;
  }
  if (status == SSH_AUTH_PARTIAL) return AuthResult::partial;
  ++refused_;
  return AuthResult::refused;
}

void AuthSession::check_connected() {
  char byte = 0;
  if (std::exchange(prompted_, false) && recv(ssh_get_fd(session_), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    throw ConnectionRefused("connection closed while waiting for input");
}

void AuthSession::show_banner() {
  if (banner_shown_) return;
  const TextHandle text(ssh_get_issue_banner(session_));
  if (!text) return;
  banner_shown_ = true;
  shared_.warn(target_.name + ": " + without_controls(strip(text.get())));
}

bool AuthSession::offers(const std::string& method) const {
  const std::vector<std::string> names = offered();
  return names.empty() || contains(names, method);
}

std::vector<std::string> AuthSession::offered() const {
  std::vector<std::string> names;
  const int list = ssh_userauth_list(session_, nullptr);  // 0 before the first failure
  for (const Method& method : methods)
    if ((list & method.bit) != 0) names.emplace_back(method.name);
  return names;
}

}  // namespace kamal::sshkit
