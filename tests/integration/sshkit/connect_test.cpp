#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <thread>

#include "integration/sshkit/fixture.h"
#include "integration/sshkit/listener.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;
using test::Sshd;

std::string connection_of(Server& server) {
  Heard heard;
  return server.run({Step::run(Command{Argument::syntax("set -- $SSH_CONNECTION; echo $1 $3")})}, heard)
      .at(0)
      .text();
}

class Connect : public SshTest {
 protected:
  std::string jump(const std::string& address) const {
    return own_user() + "@" + address + ":" + std::to_string(sshd_.port());
  }
  Sshd sshd_;
  SshSettings settings_ = settings_for(sshd_);
};

TEST_F(Connect, SharesAJumpHost) {
  settings_.proxy_jump = jump("127.0.0.9");
  const auto backend = connect(settings_);
  const std::vector<Host> hosts{Host("127.0.0.2"), Host("127.0.0.3"), Host("127.0.0.4")};
  backend->prepare(hosts);

  for (const Host& host : hosts) EXPECT_EQ(connection_of(backend->server(host)), "127.0.0.1 " + host.str());

  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 4);
}

TEST_F(Connect, ThroughSeveralJumpHosts) {
  settings_.proxy_jump = jump("127.0.0.8") + "," + jump("127.0.0.9");
  const auto backend = connect(settings_);

  EXPECT_EQ(run(backend->server(Host("127.0.0.2")), "echo in").out, "in\n");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 3);
}

TEST_F(Connect, ThroughAJumpHostOfTheConfigurationFile) {
  write_ssh_config("Host bastion\n  HostName 127.0.0.9\n  Port " + std::to_string(sshd_.port()) +
                   "\n  User " + own_user() + "\n  IdentityFile " + sshd_.key().string() +
                   "\nHost 127.0.0.*\n  ProxyJump bastion\n");
  const auto backend = connect(settings_);

  EXPECT_EQ(run(backend->server(Host("127.0.0.2")), "echo in").out, "in\n");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 2);
}

TEST_F(Connect, ThroughAJumpHostWithItsOwnKey) {
  const auto key = home_.path() / "for-bastion";
  test::make_key(key);
  sshd_.authorize(key.string() + ".pub");
  test::make_key(home_.path() / "for-server");
  Sshd inner;
  inner.authorize((home_.path() / "for-server").string() + ".pub");
  write_ssh_config("Host 127.0.0.9\n  IdentityFile " + key.string() + "\n");
  settings_.keys = {home_.path() / "for-server"};
  settings_.port = inner.port();
  settings_.proxy_jump = jump("127.0.0.9");
  const auto backend = connect(settings_);

  EXPECT_EQ(run(backend->server(Host("127.0.0.2")), "echo in").out, "in\n");
}

TEST_F(Connect, ReportsCircularJumpHosts) {
  write_ssh_config("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n");
  const auto backend = connect(settings_);

  EXPECT_NE(failure_of(*backend, "a").find("jump hosts"), std::string::npos);
}

TEST_F(Connect, TransfersMuchDataThroughAJumpHost) {
  settings_.proxy_jump = jump("127.0.0.9");
  const auto backend = connect(settings_);

  const StepResult result =
      run(backend->server(Host("127.0.0.2")), "head -c 20000000 /dev/zero | tr '\\0' x");

  EXPECT_EQ(result.out, std::string(20'000'000, 'x'));
}

TEST_F(Connect, ReportsWhyAJumpHostCouldNotConnect) {
  settings_.proxy_jump = jump("127.0.0.9");
  settings_.port = 1;
  const auto backend = connect(settings_);

  const std::string failure = failure_of(*backend, "127.0.0.2");

  EXPECT_NE(failure.find("127.0.0.9 could not reach it"), std::string::npos) << failure;
}

TEST_F(Connect, ReportsJumpHostLoginFailure) {
  settings_.proxy_jump = "nobody@127.0.0.9:" + std::to_string(sshd_.port());
  const auto backend = connect(settings_);

  const std::string failure = failure_of(*backend, "127.0.0.2");

  EXPECT_NE(failure.find("127.0.0.9"), std::string::npos) << failure;
  EXPECT_NE(failure.find("permission denied for user nobody"), std::string::npos) << failure;
}

TEST_F(Connect, ThroughAProxyCommand) {
  settings_.proxy_command =
      "ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i " +
      sshd_.key().string() + " -p " + std::to_string(sshd_.port()) + " -W %h:%p " + own_user() + "@127.0.0.9";
  const auto backend = connect(settings_);

  EXPECT_EQ(connection_of(backend->server(Host("127.0.0.2"))), "127.0.0.1 127.0.0.2");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 2);
}

TEST_F(Connect, ReportsAFailedProxyCommand) {
  settings_.proxy_command = "exit 1";
  const auto backend = connect(settings_);

  EXPECT_NE(failure_of(*backend, "127.0.0.2").find("closed before the SSH banner"), std::string::npos);
}

TEST_F(Connect, ReportsARefusedConnection) {
  settings_.port = 1;
  const auto backend = connect(settings_);

  const std::string failure = failure_of(*backend, "127.0.0.1");

  EXPECT_NE(failure.find(own_user() + "@127.0.0.1:1"), std::string::npos) << failure;
  EXPECT_NE(failure.find("connection refused"), std::string::npos) << failure;
}

TEST_F(Connect, ReportsUnknownHostname) {
  settings_.dns_retries = 1;
  const auto backend = connect(settings_);

  const std::string failure = failure_of(*backend, "no-such-host.invalid");

  EXPECT_NE(failure.find("could not resolve no-such-host.invalid"), std::string::npos) << failure;
  EXPECT_EQ(warnings_.size(), 1u) << "one for each time that it is tried again";
}

TEST_F(Connect, TimesOutOnASilentServer) {
  std::vector<int> open;
  std::optional<Listener> silent(std::in_place, [&](int connection, int) { open.push_back(connection); });
  settings_.port = silent->port();
  settings_.connect_timeout = 1s;
  const auto backend = connect(settings_);

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("timed out"), std::string::npos);
  EXPECT_EQ(silent->count(), 1);
  silent.reset();
  for (const int connection : open) close(connection);
}

TEST_F(Connect, RetriesAfterAnEarlyDisconnect) {
  // The third connection is let through.
  std::vector<std::jthread> pumps;
  const Listener listener([&](int connection, int number) {
    if (number < 2) {
      close(connection);
      return;
    }
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(sshd_.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address);
    const auto pump = [](int from, int to) {
      char buffer[4096];
      for (ssize_t count; (count = read(from, buffer, sizeof buffer)) > 0;)
        if (write(to, buffer, static_cast<size_t>(count)) != count) break;
      shutdown(to, SHUT_WR);
    };
    pumps.emplace_back([=] { pump(connection, server); });
    pumps.emplace_back([=] { pump(server, connection); });
  });
  settings_.port = listener.port();
  {
    const auto backend = connect(settings_);
    EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "echo in").out, "in\n");
  }
  EXPECT_EQ(listener.count(), 3);
}

TEST_F(Connect, LimitsConcurrentStartsToOne) {
  settings_.max_concurrent_starts = 1;
  const auto backend = connect(settings_);
  const std::vector<Host> hosts{Host("127.0.0.2"), Host("127.0.0.3"), Host("127.0.0.4")};
  backend->prepare(hosts);

  for (const Host& host : hosts) EXPECT_EQ(run(backend->server(host), "echo in").out, "in\n");
}

TEST_F(Connect, ThroughAJumpHostWithOneConcurrentStart) {
  settings_.max_concurrent_starts = 1;
  settings_.proxy_jump = jump("127.0.0.9");
  const auto backend = connect(settings_);

  EXPECT_EQ(run(backend->server(Host("127.0.0.2")), "echo in").out, "in\n");
}

// Each start is a program that fails where it finds another one at work.
TEST_F(Connect, LimitsConcurrentStarts) {
  settings_.max_concurrent_starts = 1;
  const std::string directory = home_.path().string();
  settings_.proxy_command =
      "cd " + directory + " && echo >>started && mkdir busy || touch overlap; sleep 0.1; rmdir busy; exit 1";
  const auto backend = connect(settings_);
  const std::vector<Host> hosts{Host("127.0.0.2"), Host("127.0.0.3"), Host("127.0.0.4")};
  backend->prepare(hosts);

  for (const Host& host : hosts)
    EXPECT_NE(failure_of(*backend, host.str()).find("closed before the SSH banner"), std::string::npos);

  EXPECT_GE(std::filesystem::file_size(home_.path() / "started"), 3u);
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "overlap"));
}

TEST_F(Connect, ReconnectsALostJumpHost) {
  settings_.proxy_jump = jump("127.0.0.9");
  const auto backend = connect(settings_);
  run(backend->server(Host("127.0.0.2")), "true");
  sshd_.kill_sessions();

  const auto is_made_anew = [&] {
    try {
      return run(backend->server(Host("127.0.0.2")), "echo again").out == "again\n";
    } catch (const ConnectionError&) {
      return false;  // not noticed yet
    }
  };
  EXPECT_TRUE(test::eventually(is_made_anew));
  EXPECT_GE(sshd_.count_in_log("Accepted publickey"), 4);
}

TEST_F(Connect, PreparesValidHostsBesideAnInvalidOne) {
  const auto backend = connect(settings_);
  EXPECT_NO_THROW(backend->prepare({Host("127.0.0.1:port"), Host("127.0.0.1")}));

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "echo in").out, "in\n");
  EXPECT_NE(failure_of(*backend, "127.0.0.1:port"), "it connects");
}

TEST_F(Connect, FailsAfterFourRefusals) {
  const Listener listener([](int connection, int) { close(connection); });
  settings_.port = listener.port();
  const auto backend = connect(settings_);

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("closed before the SSH banner"), std::string::npos);
  EXPECT_EQ(listener.count(), 4);
}

}  // namespace
}  // namespace kamal::sshkit
