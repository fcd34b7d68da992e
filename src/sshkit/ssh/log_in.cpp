#include "sshkit/ssh/log_in.h"

#include <sys/socket.h>
#include <sys/time.h>

#include "kamal/support/strings.h"
#include "sshkit/ssh/authentication.h"
#include "sshkit/ssh/host_key.h"

namespace kamal::sshkit {
namespace {

int libssh_log_level(const std::string& level) {
  if (level == "debug") return SSH_LOG_PACKET;
  if (level == "info") return SSH_LOG_PROTOCOL;
  if (level == "warn") return SSH_LOG_WARNING;
  return SSH_LOG_NOLOG;
}

void set(ssh_session session, ssh_options_e option, const void* value) {
  if (ssh_options_set(session, option, value) != SSH_OK)
    throw ConnectionError(std::string("libssh refuses an option: ") + ssh_get_error(session));
}

// libssh writes with a socket that blocks: not for longer than a link may be silent.
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
  // The connection is made and the server's key is checked here, not by libssh: it needs no name of a host,
  // and its rules for names would keep some out.
  set(session.get(), SSH_OPTIONS_SSH_DIR, "/nonexistent");
  set(session.get(), SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  set(session.get(), SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  prefer_known_host_keys(session.get(), target, shared.known_hosts);
  ssh_set_blocking(session.get(), 0);
  limit_writes(socket.get(), 3 * shared.settings.keepalive_interval);
  const socket_t fd = socket.get();
  set(session.get(), SSH_OPTIONS_FD, &fd);
  socket.release();  // libssh closes it, from ssh_connect() on
  return session;
}

std::string reason(ssh_session session) {
  const std::string text = ssh_get_error(session);
  if (text.find("kex error") != std::string::npos) return "no common algorithms: " + text;
  return text.empty() ? "the server closed the connection" : text;
}

void exchange_keys(ssh_session session, const Waiter& waiter, Deadline deadline) {
  const int status = drive(session, waiter, deadline, SSH_AGAIN, [&] { return ssh_connect(session); });
  if (status == SSH_OK) return;
  const bool before_banner = ssh_get_serverbanner(session) == nullptr;
  if (before_banner) throw TurnedAway("connection closed before the SSH banner (MaxStartups reached?)");
  throw ConnectionError(reason(session));
}

}  // namespace

int drive(ssh_session session, const Waiter& waiter, Deadline deadline, int again,
          const std::function<int()>& call) {
  while (true) {
    const int status = call();
    if (status != again) return status;
    if (ssh_is_connected(session) == 0) return SSH_ERROR;  // libssh would go on saying "again"
    short events = POLLIN;
    if ((ssh_get_poll_flags(session) & SSH_WRITE_PENDING) != 0) events |= POLLOUT;
    if (!waiter.wait(ssh_get_fd(session), events, deadline)) throw NoAnswer("the server does not answer");
  }
}

SessionHandle log_in(const Target& target, Fd socket, const Shared& shared, const Waiter& waiter) {
  SessionHandle session = make_session(target, std::move(socket), shared);
  const Deadline deadline = Ticks::now() + target.connect_timeout;
  exchange_keys(session.get(), waiter, deadline);
  check_host_key(session.get(), target, shared);
  authenticate(session.get(), target, shared, waiter);
  return session;
}

}  // namespace kamal::sshkit
