#include "support/fake_collector.h"

#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "kamal/support/strings.h"

namespace kamal::test {
namespace {

constexpr long an_hour = 3600;

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

template <class Write>
void write_pem(const std::string& path, const Write& write) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
  check(file != nullptr && write(file.get()) == 1, "certificate");
}

void add_extension(X509& certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), X509_EXTENSION_free);
  check(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1, "extension");
}

}  // namespace

Certificate::Certificate(const std::string& names) {
  std::string path = std::filesystem::temp_directory_path() / "kamal-certificate-XXXXXX";
  folder_ = mkdtemp(path.data());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  check(key != nullptr && certificate != nullptr, "certificate");
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -an_hour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), an_hour);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("collector"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_extension(*certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(*certificate, NID_subject_alt_name, names);
  check(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "signature");
  write_pem(file(), [&](FILE* to) { return PEM_write_X509(to, certificate.get()); });
  write_pem(key_file(), [&](FILE* to) {
    return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Certificate::~Certificate() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

class FakeCollector::Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {
    const timeval patience{10, 0};  // for tests that go wrong
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool start_tls(SSL_CTX& context) {
    tls_.reset(SSL_new(&context));
    SSL_set_fd(tls_.get(), fd_);
    return SSL_accept(tls_.get()) == 1;
  }
  bool asks_for_a_tunnel() const {
    char first = 0;
    return recv(fd_, &first, 1, MSG_PEEK) == 1 && first == 'C';
  }
  ssize_t read(std::array<char, 4096>& into) {
    return tls_ ? SSL_read(tls_.get(), into.data(), into.size()) : recv(fd_, into.data(), into.size(), 0);
  }
  void write(const std::string& text) {
    if (tls_) {
      SSL_write(tls_.get(), text.data(), static_cast<int>(text.size()));
      SSL_shutdown(tls_.get());
    } else {
      send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    }
  }

 private:
  int fd_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
};

FakeCollector::FakeCollector(std::string answer, const Certificate* certificate)
    : answer_(std::move(answer)), tls_(nullptr, SSL_CTX_free), stop_(eventfd(0, EFD_CLOEXEC)) {
  if (certificate) {
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    check(SSL_CTX_use_certificate_file(tls_.get(), certificate->file().c_str(), SSL_FILETYPE_PEM) == 1 &&
              SSL_CTX_use_PrivateKey_file(tls_.get(), certificate->key_file().c_str(), SSL_FILETYPE_PEM) == 1,
          "certificate");
  }
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  check(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener_, 16) == 0 &&
            getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0,
        "listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeCollector::~FakeCollector() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_, &one, sizeof one);
  thread_.join();
  close(listener_);
  close(stop_);
}

std::string FakeCollector::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<FakeCollector::Request> FakeCollector::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool FakeCollector::wait_for_requests(size_t count) {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, std::chrono::seconds(20), [&] { return requests_.size() >= count; });
}

void FakeCollector::serve() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (true) {
    std::array<pollfd, 2> fds{{{listener_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) return;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    auto connection = std::make_unique<Connection>(fd);
    handle(*connection);
    if (answer_.empty()) kept_.push_back(std::move(connection));
  }
}

// A client that wants TLS starts with it, unless it thinks that this is a proxy.
void FakeCollector::handle(Connection& connection) {
  if (tls_ && connection.asks_for_a_tunnel()) {
    const auto request = read_request(connection);
    if (!request) return;
    keep(*request);
    connection.write("HTTP/1.1 200 Connection established\r\n\r\n");
  }
  if (tls_ && !connection.start_tls(*tls_)) return;
  const auto request = read_request(connection);
  if (!request) return;
  keep(*request);
  if (!answer_.empty()) connection.write(answer_);
}

void FakeCollector::keep(const Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  arrived_.notify_all();
}

std::optional<FakeCollector::Request> FakeCollector::read_request(Connection& connection) {
  std::string text;
  std::array<char, 4096> piece{};
  const auto read_more = [&] {
    const ssize_t count = connection.read(piece);
    if (count > 0) text.append(piece.data(), static_cast<size_t>(count));
    return count > 0;
  };
  size_t end = std::string::npos;
  while ((end = text.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  Request request;
  for (const std::string& line : lines_of(std::string_view(text).substr(0, end))) {
    const size_t colon = line.find(": ");
    if (request.line.empty()) {
      request.line = line;
    } else if (colon != std::string::npos) {
      request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
  }
  const size_t length =
      request.headers.contains("content-length") ? std::stoul(request.headers["content-length"]) : 0;
  while (text.size() < end + 4 + length) {
    if (!read_more()) return std::nullopt;
  }
  request.body = text.substr(end + 4);
  return request;
}

}  // namespace kamal::test
