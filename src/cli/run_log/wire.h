#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/run_log/socket.h"

struct ssl_ctx_st;
struct ssl_st;

namespace kamal::cli {

// Which certificates are believed: those named, or the machine's own.
struct TrustedCertificates {
  std::optional<std::string> file, folder;
};

// A connection with or without TLS. Everything throws HttpError.
class Wire {
 public:
  explicit Wire(Fd socket);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // From here on encrypted; the other side must prove to be `host`.
  void start_tls(const std::string& host, const TrustedCertificates& trusted, const Patience& patience);
  void send(std::string_view text, const Patience& patience);
  size_t receive(std::span<char> into, const Patience& patience);  // 0 at the end

 private:
  struct FreeTls {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* tls) const;
  };

  size_t send_some(std::string_view text, const Patience& patience);
  template <class Operation>
  size_t with_tls(const Operation& operation, const char* what, const Patience& patience);

  Fd socket_;
  std::unique_ptr<ssl_ctx_st, FreeTls> context_;
  std::unique_ptr<ssl_st, FreeTls> tls_;
};

}  // namespace kamal::cli
