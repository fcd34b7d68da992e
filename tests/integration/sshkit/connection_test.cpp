#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libssh/libssh.h>
#include <poll.h>

#include <future>
#include <thread>

#include "integration/sshkit/fixture.h"
#include "sshkit/ssh/connection.h"
#include "sshkit/ssh/host_keys.h"
#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ConnectionTest : public SshTest {
 protected:
  ConnectionTest() {
    ssh_init();
    settings_.keepalive_interval = 1s;
  }

  Target target() { return TargetResolver(settings_, environment_, warn_).server(Host("127.0.0.1")); }

  test::Sshd sshd_;
  SshSettings settings_ = settings_for(sshd_);
  std::function<void(const std::string&)> warn_ = [](const std::string&) {};
  Keyring keyring_{{}, nullptr};
  Passwords passwords_{keyring_};
  KnownHosts known_hosts_;
  Slots starts_{1};
  Shared shared_{settings_, interruption_, warn_, keyring_, passwords_, known_hosts_, starts_};
  const Waiter waiter_{interruption_};
};

// The last turn of the connection's thread is made longer than the silence that ends a link: by a socket that
// the server can't connect.
TEST_F(ConnectionTest, FailsACommandSentWhileItIsLost) {
  std::promise<std::shared_ptr<Channel>> asked;
  Connection connection(target(), shared_, nullptr);
  connection.wait_until_ready(waiter_);
  const Fd socket = connection.connect_through("127.0.0.1", 1, [&](const std::string&) {
    std::this_thread::sleep_for(4500ms);
    asked.set_value(connection.run({.command = "true", .window = {}, .terminal = {}}));
  });

  auto answer = asked.get_future();
  ASSERT_EQ(answer.wait_for(20s), std::future_status::ready);
  const std::shared_ptr<Channel> late = answer.get();
  waiter_.wait(late->changed().fd(), POLLIN, std::nullopt);

  const std::optional<ChannelResult> result = late->take().result;
  ASSERT_TRUE(result);
  EXPECT_THAT(result->connection_error, HasSubstr("no response for 4s"));
}

}  // namespace
}  // namespace kamal::sshkit
