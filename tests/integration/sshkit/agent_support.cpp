#include "integration/sshkit/agent_support.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "support/sshd.h"

namespace kamal::test {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("the path of a socket is too long");
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

Fd new_socket() {
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.open()) throw std::runtime_error("socket");
  return fd;
}

size_t number_of(const std::string& bytes) {
  size_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(i));
  return value;
}

std::string read_bytes(int fd, size_t length) {
  std::string bytes(length, '\0');
  return recv(fd, bytes.data(), length, MSG_WAITALL) == static_cast<ssize_t>(length) ? bytes : "";
}

std::string read_message(int fd) {
  const std::string length = read_bytes(fd, 4);
  return length.empty() ? "" : read_bytes(fd, number_of(length));
}

void write_message(int fd, const std::string& message) {
  const std::string text = agent_text(message);
  [[maybe_unused]] const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

std::string agent_number(size_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::string agent_text(const std::string& bytes) { return agent_number(bytes.size()) + bytes; }

std::string with_keys_in_front(const std::string& keys, const std::vector<std::string>& blobs) {
  std::string all = agent_keys + agent_number(number_of(keys.substr(1)) + blobs.size());
  for (const std::string& blob : blobs) all += agent_text(blob) + agent_text("odd");
  return all + keys.substr(5);
}

SshAgent::SshAgent(const std::filesystem::path& directory) : socket_(directory / "agent") {
  const std::string text = run_program({"ssh-agent", "-s", "-a", socket_});
  const size_t at = text.find("SSH_AGENT_PID=") + 14;
  pid_ = std::atoi(text.substr(at).c_str());
}

SshAgent::~SshAgent() { kill(pid_, SIGTERM); }

void SshAgent::add(const std::filesystem::path& key) const {
  run_program({"env", "SSH_AUTH_SOCK=" + socket(), "ssh-add", "-q", key});
}

OddAgent::OddAgent(const std::filesystem::path& directory, const SshAgent& behind, Answer answer)
    : socket_(directory / "odd-agent"),
      behind_(behind.socket()),
      answer_(std::move(answer)),
      listener_(new_socket()) {
  const sockaddr_un address = address_of(socket_);
  if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_.get(), 10) != 0)
    throw std::runtime_error("no socket for an agent");
  thread_ = std::thread([this] {
    std::vector<std::jthread> connections;
    for (int fd; (fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
      connections.emplace_back([this, fd] { serve(fd); });
  });
}

OddAgent::~OddAgent() {
  shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

void OddAgent::serve(int connection) const {
  const Fd client(connection), real = new_socket();
  const sockaddr_un address = address_of(behind_);
  if (connect(real.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  for (std::string question; !(question = read_message(client.get())).empty();) {
    write_message(real.get(), question);
    const auto answer = answer_(question, read_message(real.get()));
    if (!answer) return;
    write_message(client.get(), *answer);
  }
}

}  // namespace kamal::test
