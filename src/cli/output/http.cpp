#include "cli/output/http.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "kamal/support/encoding.h"
#include "kamal/support/name_lookup.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

constexpr size_t max_head = 64 * 1024;

// Locations of CA certificates: a static OpenSSL only knows the path of the system it was built on.
constexpr std::array ca_bundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",
};

class Deadline {
 public:
  Deadline(std::chrono::milliseconds timeout, const Event& cancellation)
      : end_(std::chrono::steady_clock::now() + timeout), cancellation_(cancellation) {}

  // Waits until `fd` is ready for the events of poll(). Throws HttpError on timeout and cancellation.
  void wait(int fd, short events) const {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
      std::array<pollfd, 2> fds{{{fd, events, 0}, {cancellation_.fd(), POLLIN, 0}}};
      const int count = poll(fds.data(), fds.size(), static_cast<int>(std::max<int64_t>(left.count(), 0)));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw HttpError(std::strerror(errno));
      if (fds[1].revents != 0) throw HttpError("canceled");
      if (count == 0) throw HttpError("timed out");
      return;
    }
  }

 private:
  std::chrono::steady_clock::time_point end_;
  const Event& cancellation_;
};

Addresses resolve(const Endpoint& endpoint, const Deadline& deadline) {
  const NameLookup lookup(endpoint.host, endpoint.port);
  deadline.wait(lookup.fd(), POLLIN);
  try {
    return lookup.take();
  } catch (const std::runtime_error& error) {
    throw HttpError(fmt::format("could not resolve {}: {}", endpoint.host, error.what()));
  }
}

Fd connect_to(const addrinfo& address, const Deadline& deadline) {
  Fd socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  int error = connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    deadline.wait(socket.get(), POLLOUT);
    socklen_t length = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  }
  if (error != 0) throw HttpError(std::strerror(error));
  BIO_set_tcp_ndelay(socket.get(), 1);
  return socket;
}

// The first of the host's addresses that accepts.
Fd connect_to(const Endpoint& endpoint, const Deadline& deadline) {
  const Addresses addresses = resolve(endpoint, deadline);
  for (const addrinfo* address = addresses.get();; address = address->ai_next) {
    try {
      return connect_to(*address, deadline);
    } catch (const HttpError&) {
      if (address->ai_next == nullptr) throw;
    }
  }
}

template <auto free>
struct Free {
  template <class T>
  void operator()(T* resource) const {
    free(resource);
  }
};

void trust(SSL_CTX& context, const HttpOptions& options) {
  if (options.ca_file) SSL_CTX_load_verify_file(&context, options.ca_file->c_str());
  if (options.ca_directory) SSL_CTX_load_verify_dir(&context, options.ca_directory->c_str());
  if (options.ca_file || options.ca_directory) return;
  SSL_CTX_set_default_verify_paths(&context);
  for (const char* bundle : ca_bundles) {
    if (access(bundle, R_OK) == 0 && SSL_CTX_load_verify_file(&context, bundle) == 1) return;
  }
}

// Names are sent to the server (SNI) to select a certificate; addresses can't be.
void expect_host(SSL& tls, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&tls), host.c_str()) == 1) return;
  SSL_set1_host(&tls, host.c_str());
  SSL_set_tlsext_host_name(&tls, host.c_str());
}

// A TCP connection, with TLS on top from start_tls() on.
class Connection {
 public:
  Connection(Fd socket, Deadline deadline)
      : socket_(std::move(socket)), deadline_(deadline), bio_(BIO_new_socket(socket_.get(), BIO_NOCLOSE)) {}

  void start_tls(const std::string& host, const HttpOptions& options) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!context_) throw HttpError("could not set up TLS");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    trust(*context_, options);
    BIO* const tls = BIO_new_ssl(context_.get(), 1);
    if (tls == nullptr) throw HttpError("could not set up TLS");
    bio_.reset(BIO_push(tls, bio_.release()));
    BIO_get_ssl(bio_.get(), &tls_);
    expect_host(*tls_, host);
    if (retry([](BIO* bio) { return BIO_do_handshake(bio); }) == 0) throw HttpError("connection closed");
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto write = [&](BIO* bio) { return BIO_write(bio, text.data(), static_cast<int>(text.size())); };
      const size_t count = retry(write);
      if (count == 0) throw HttpError("connection closed");
      text.remove_prefix(count);
    }
  }

  // Empty at the end.
  std::string receive() {
    std::string text(16 * 1024, '\0');
    text.resize(retry([&](BIO* bio) { return BIO_read(bio, text.data(), static_cast<int>(text.size())); }));
    return text;
  }

 private:
  // Repeats the operation whenever it had to wait. 0 when the connection was closed.
  template <class Operation>
  size_t retry(const Operation& operation) {
    while (true) {
      ERR_clear_error();
      errno = 0;
      const auto count = operation(bio_.get());
      if (count > 0) return static_cast<size_t>(count);
      if (!BIO_should_retry(bio_.get())) {
        if (errno == 0 && ERR_peek_last_error() == 0) return 0;
        throw HttpError(failure());
      }
      deadline_.wait(socket_.get(), BIO_should_write(bio_.get()) ? POLLOUT : POLLIN);
    }
  }

  std::string failure() const {
    const int system_error = errno;
    const unsigned long error = ERR_peek_last_error();
    const char* const reason = error != 0 ? ERR_reason_error_string(error) : std::strerror(system_error);
    const long verified = tls_ != nullptr ? SSL_get_verify_result(tls_) : X509_V_OK;
    return fmt::format(
        "{}{}{}", tls_ != nullptr ? "TLS: " : "", reason ? reason : "unknown error",
        verified == X509_V_OK ? "" : fmt::format(" ({})", X509_verify_cert_error_string(verified)));
  }

  const Fd socket_;
  const Deadline deadline_;
  std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
  std::unique_ptr<BIO, Free<BIO_free_all>> bio_;
  SSL* tls_ = nullptr;  // in bio_
};

// Of a status line, e.g. HTTP/1.1 200 OK.
HttpResponse parse_status(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  HttpResponse response;
  if (line.starts_with("HTTP/1.") && line.size() >= 12) {
    std::from_chars(line.data() + 9, line.data() + 12, response.status);
  }
  if (response.status < 100) throw HttpError("invalid HTTP response");
  response.reason = strip(line.substr(12));
  return response;
}

// Reads the head only, and skips informational responses (1xx).
HttpResponse read_response(Connection& connection) {
  std::string text;
  while (true) {
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) {
      const std::string more = connection.receive();
      if (more.empty() || text.size() > max_head) throw HttpError("invalid HTTP response");
      text += more;
      continue;
    }
    const HttpResponse response = parse_status(text);
    if (response.status >= 200) return response;
    text.erase(0, end + 4);
  }
}

std::string proxy_authorization(const Endpoint& proxy) {
  if (proxy.user.empty()) return "";
  return fmt::format("Proxy-Authorization: Basic {}\r\n", base64(proxy.user));
}

void open_tunnel(Connection& connection, const Endpoint& endpoint, const Endpoint& proxy) {
  connection.send(fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n{2}\r\n", endpoint.url_host(),
                              endpoint.port, proxy_authorization(proxy)));
  const HttpResponse response = read_response(connection);
  if (!response.ok()) throw HttpError(fmt::format("proxy returned {} {}", response.status, response.reason));
}

}  // namespace

HttpResponse http_post(const Endpoint& endpoint, const HttpOptions& options, const std::string& body,
                       const Event& cancellation) {
  const bool tls = endpoint.scheme == Endpoint::Scheme::https;
  const bool proxied = options.proxy && !tls;
  Fd socket = connect_to(options.proxy.value_or(endpoint), Deadline(options.connect_timeout, cancellation));
  Connection connection(std::move(socket), Deadline(options.response_timeout, cancellation));
  if (tls) {
    if (options.proxy) open_tunnel(connection, endpoint, *options.proxy);
    connection.start_tls(endpoint.host, options);
  }
  connection.send(fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\n{}User-Agent: kamal/{}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
      proxied ? endpoint.display_url() : endpoint.path, endpoint.authority(),
      proxied ? proxy_authorization(*options.proxy) : "", kamal_version, body.size(), body));
  return read_response(connection);
}

}  // namespace kamal::cli
