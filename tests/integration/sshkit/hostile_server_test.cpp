#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "integration/sshkit/agent_support.h"
#include "integration/sshkit/fixture.h"
#include "kamal/support/files.h"

// Servers that do not behave as OpenSSH's does.

namespace kamal::sshkit {
namespace {

// Admits one client without a key. A command `grab` makes it open a channel to the client's agent; one that
// drops commands closes their channels without a status.
class OddServer {
 public:
  enum class Commands { succeed, drop };

  explicit OddServer(const std::filesystem::path& host_key, Commands commands = Commands::succeed)
      : bind_(ssh_bind_new()), commands_(commands) {
    const bool no_files = false;
    ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_files);
    ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_HOSTKEY, host_key.c_str());
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(listener_.get(), 1) != 0 ||
        getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~OddServer() {
    shutdown(listener_.get(), SHUT_RDWR);
    join();
    ssh_bind_free(bind_);
  }
  OddServer(const OddServer&) = delete;
  OddServer& operator=(const OddServer&) = delete;

  int port() const { return port_; }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  // Did the client open it? After join(), once the client has left.
  bool got_agent() const { return got_agent_; }

 private:
  void serve() {
    const int connection = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const ssh_session session = ssh_new();
    if (ssh_bind_accept_fd(bind_, session, connection) == SSH_OK &&
        ssh_handle_key_exchange(session) == SSH_OK) {
      ssh_set_auth_methods(session, SSH_AUTH_METHOD_NONE);
      while (const ssh_message message = ssh_message_get(session)) {
        answer(session, message);
        ssh_message_free(message);
      }
    }
    ssh_disconnect(session);
    ssh_free(session);
  }

  void answer(ssh_session session, ssh_message message) {
    switch (ssh_message_type(message)) {
      case SSH_REQUEST_AUTH:
        ssh_message_auth_reply_success(message, 0);
        break;
      case SSH_REQUEST_CHANNEL_OPEN:
        ssh_message_channel_request_open_reply_accept(message);
        break;
      case SSH_REQUEST_CHANNEL:
        ssh_message_channel_request_reply_success(message);
        if (commands_ == Commands::drop) ssh_channel_close(ssh_message_channel_request_channel(message));
        if (ssh_message_subtype(message) == SSH_CHANNEL_REQUEST_EXEC &&
            std::string(ssh_message_channel_request_command(message)).find("grab") != std::string::npos)
          grab(session, ssh_message_channel_request_channel(message));
        break;
      default:
        ssh_message_reply_default(message);
    }
  }

  // The client answers in turn: what it has not opened when it closes the command's channel it does not open.
  void grab(ssh_session session, ssh_channel command) {
    bool closed = false;
    ssh_channel_callbacks_struct callbacks{};
    callbacks.userdata = &closed;
    callbacks.channel_close_function = [](ssh_session, ssh_channel, void* flag) {
      *static_cast<bool*>(flag) = true;
    };
    ssh_callbacks_init(&callbacks);
    ssh_add_channel_callbacks(command, &callbacks);
    ssh_set_blocking(session, 0);
    const ssh_channel agent = ssh_channel_new(session);
    int status = ssh_channel_open_auth_agent(agent);
    ssh_channel_request_send_exit_status(command, 0);
    ssh_channel_send_eof(command);
    ssh_channel_close(command);
    while (status == SSH_AGAIN && !closed && ssh_is_connected(session) != 0) {
      pollfd readable{ssh_get_fd(session), POLLIN, 0};
      poll(&readable, 1, 100);
      status = ssh_channel_open_auth_agent(agent);
    }
    got_agent_ = status == SSH_OK;
    ssh_remove_channel_callbacks(command, &callbacks);
    ssh_set_blocking(session, 1);
  }

  ssh_bind bind_;
  const Commands commands_;
  Fd listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port_ = 0;
  std::atomic<bool> got_agent_ = false;
  std::jthread thread_;
};

class HostileServer : public SshTest {
 protected:
  SshSettings settings_for(const OddServer& server) {
    SshSettings settings;
    settings.user = own_user();
    settings.port = server.port();
    settings.use_config = false;
    return settings;
  }
  std::filesystem::path host_key() const {
    test::make_key(home_.path() / "host_key");
    return home_.path() / "host_key";
  }

  bool gets_agent(bool forward_agent) {
    OddServer server(host_key());
    SshSettings settings = settings_for(server);
    settings.forward_agent = forward_agent;
    environment_["SSH_AUTH_SOCK"] = agent_.socket();
    {
      const auto backend = connect(settings);
      EXPECT_EQ(backend->server(Host("127.0.0.1"))
                    .stream({Command{"grab"}}, [](Stream, std::string_view) { return true; }),
                0);
    }
    server.join();
    return server.got_agent();
  }

  test::SshAgent agent_{home_.path()};
};

TEST_F(HostileServer, CannotReachAnAgentThatIsNotForwarded) { EXPECT_FALSE(gets_agent(false)); }

TEST_F(HostileServer, ReachesAForwardedAgent) { EXPECT_TRUE(gets_agent(true)); }

TEST_F(HostileServer, FailsTheStepIfItsShellEndsWithoutStatus) {
  const OddServer server(host_key(), OddServer::Commands::drop);
  const auto backend = connect(settings_for(server));

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "true").status, 255);
}

}  // namespace
}  // namespace kamal::sshkit
