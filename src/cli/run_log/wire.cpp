#include "cli/run_log/wire.h"

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
#include <cstring>

namespace kamal::cli {
namespace {

// Where systems keep the authorities' certificates: a static OpenSSL only knows its own system's place.
constexpr std::array bundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",
};

constexpr const char* ended = "the connection ended";

void trust(SSL_CTX& context, const TrustedCertificates& trusted) {
  if (trusted.file) SSL_CTX_load_verify_file(&context, trusted.file->c_str());
  if (trusted.folder) SSL_CTX_load_verify_dir(&context, trusted.folder->c_str());
  if (trusted.file || trusted.folder) return;
  SSL_CTX_set_default_verify_paths(&context);
  for (const char* bundle : bundles) {
    if (access(bundle, R_OK) == 0 && SSL_CTX_load_verify_file(&context, bundle) == 1) return;
  }
}

// Names are told to the server, so that it can choose a certificate; addresses can't be.
void expect(SSL& tls, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&tls), host.c_str()) == 1) return;
  SSL_set1_host(&tls, host.c_str());
  SSL_set_tlsext_host_name(&tls, host.c_str());
}

[[noreturn]] void fail(const SSL& tls, const char* what, int system_error) {
  std::string reason = system_error != 0 ? std::strerror(system_error) : ended;
  if (const unsigned long error = ERR_peek_last_error(); error != 0) {
    const char* const text = ERR_reason_error_string(error);
    reason = text ? text : "TLS error";
  }
  if (const long verified = SSL_get_verify_result(&tls); verified != X509_V_OK)
    reason += fmt::format(" ({})", X509_verify_cert_error_string(verified));
  throw HttpError(fmt::format("{}: {}", what, reason));
}

}  // namespace

void Wire::FreeTls::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void Wire::FreeTls::operator()(ssl_st* tls) const { SSL_free(tls); }

Wire::Wire(Fd socket) : socket_(std::move(socket)) {}
Wire::~Wire() = default;

void Wire::start_tls(const std::string& host, const TrustedCertificates& trusted, const Patience& patience) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_) throw HttpError("TLS can't be set up");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  trust(*context_, trusted);
  tls_.reset(SSL_new(context_.get()));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.get()) != 1) throw HttpError("TLS can't be set up");
  expect(*tls_, host);
  if (with_tls([](SSL* tls) { return SSL_connect(tls); }, "TLS", patience) == 0) throw HttpError(ended);
}

// 0 where the other side said that this is the end.
template <class Operation>
size_t Wire::with_tls(const Operation& operation, const char* what, const Patience& patience) {
  while (true) {
    ERR_clear_error();
    const int count = operation(tls_.get());
    const int system_error = errno;
    if (count > 0) return static_cast<size_t>(count);
    switch (SSL_get_error(tls_.get(), count)) {
      case SSL_ERROR_WANT_READ:
        patience.wait(socket_.get(), POLLIN);
        break;
      case SSL_ERROR_WANT_WRITE:
        patience.wait(socket_.get(), POLLOUT);
        break;
      case SSL_ERROR_ZERO_RETURN:
        return 0;
      case SSL_ERROR_SYSCALL:
        fail(*tls_, what, system_error);
      default:
        fail(*tls_, what, 0);
    }
  }
}

void Wire::send(std::string_view text, const Patience& patience) {
  while (!text.empty()) text.remove_prefix(send_some(text, patience));
}

size_t Wire::send_some(std::string_view text, const Patience& patience) {
  if (tls_) {
    const auto write = [&](SSL* tls) { return SSL_write(tls, text.data(), static_cast<int>(text.size())); };
    const size_t count = with_tls(write, "sending", patience);
    return count > 0 ? count : throw HttpError(ended);
  }
  patience.wait(socket_.get(), POLLOUT);
  const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) throw HttpError(std::strerror(errno));
  return static_cast<size_t>(std::max<ssize_t>(sent, 0));
}

size_t Wire::receive(std::span<char> into, const Patience& patience) {
  if (tls_) {
    return with_tls([&](SSL* tls) { return SSL_read(tls, into.data(), static_cast<int>(into.size())); },
                    "receiving", patience);
  }
  while (true) {
    patience.wait(socket_.get(), POLLIN);
    const ssize_t count = recv(socket_.get(), into.data(), into.size(), 0);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EAGAIN && errno != EINTR) throw HttpError(std::strerror(errno));
  }
}

}  // namespace kamal::cli
