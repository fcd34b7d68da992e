#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "integration/sshkit/fixture.h"
#include "integration/sshkit/listener.h"

namespace kamal::sshkit {
namespace {

using test::Sshd;

// Answers a connection in capitals.
void shout(int connection, int) {
  char buffer[4096];
  for (ssize_t count; (count = read(connection, buffer, sizeof buffer)) > 0;) {
    for (ssize_t i = 0; i < count; ++i) buffer[i] = static_cast<char>(std::toupper(buffer[i]));
    if (write(connection, buffer, static_cast<size_t>(count)) != count) break;
  }
  close(connection);
}

// Says something to a port of this machine and reads until the other side ends.
std::optional<std::string> say(int port, const std::string& text) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::optional<std::string> answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    std::jthread writer([&] {
      [[maybe_unused]] const ssize_t written = write(fd, text.data(), text.size());
      shutdown(fd, SHUT_WR);
    });
    answer = "";
    char buffer[4096];
    for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;)
      answer->append(buffer, static_cast<size_t>(count));
  }
  close(fd);
  return answer;
}

int unused_port() {
  const Listener shouter(shout);
  return shouter.port();
}

class Forwarding : public SshTest {
 protected:
  Sshd sshd_;
  std::unique_ptr<Backend> backend_ = connect(settings_for(sshd_));
  Server& server_ = backend_->server(Host("127.0.0.1"));
};

TEST_F(Forwarding, ConnectsToTheLocalPort) {
  const Listener shouter(shout);
  const int port = unused_port();
  const auto forward = server_.forward_to_local(port, shouter.port());

  EXPECT_EQ(say(port, "hello"), "HELLO");
  EXPECT_EQ(say(port, "again"), "AGAIN");
}

TEST_F(Forwarding, TransfersMuchDataInBothDirections) {
  const Listener shouter(shout);
  const int port = unused_port();
  const auto forward = server_.forward_to_local(port, shouter.port());

  EXPECT_EQ(say(port, std::string(5'000'000, 'x')), std::string(5'000'000, 'X'));
}

TEST_F(Forwarding, EndsWithItsObject) {
  const Listener shouter(shout);
  const int port = unused_port();
  server_.forward_to_local(port, shouter.port()).reset();

  EXPECT_TRUE(test::eventually([&] { return !say(port, "hello"); }));
}

TEST_F(Forwarding, ClosesConnectionsIfTheLocalPortIsClosed) {
  const int port = unused_port();
  const auto forward = server_.forward_to_local(port, unused_port());

  EXPECT_EQ(say(port, ""), "");
}

TEST_F(Forwarding, ReportsAPortInUse) {
  const Listener shouter(shout);

  try {
    server_.forward_to_local(shouter.port(), 1);
    FAIL() << "it forwards";
  } catch (const ConnectionError& error) {
    EXPECT_NE(std::string(error.what()).find("could not forward port"), std::string::npos) << error.what();
  }
}

TEST_F(Forwarding, MayOutliveTheBackend) {
  const Listener shouter(shout);
  const int port = unused_port();
  auto forward = server_.forward_to_local(port, shouter.port());
  EXPECT_EQ(say(port, "hello"), "HELLO");
  backend_.reset();

  EXPECT_TRUE(test::eventually([&] { return !say(port, "hello"); }));
  forward.reset();
}

}  // namespace
}  // namespace kamal::sshkit
