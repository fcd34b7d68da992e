#pragma once

#include "cli/run_log/endpoint.h"
#include "cli/run_log/log_shipper.h"
#include "cli/run_log/wire.h"

namespace kamal::cli {

struct HttpOptions {
  std::optional<Endpoint> proxy{};
  TrustedCertificates trusted{};
  std::chrono::milliseconds time_to_connect{2000};
  std::chrono::milliseconds time_to_answer{5000};
};

// Posts to one endpoint, with a connection for each request.
class HttpPost : public HttpSender {
 public:
  HttpPost(Endpoint endpoint, HttpOptions options);
  HttpAnswer post(const std::string& body, const Event& cancellation) override;

 private:
  bool through_proxy() const { return options_.proxy && endpoint_.scheme == Endpoint::Scheme::http; }
  void open_tunnel(Wire& wire, const Patience& patience) const;
  std::string head_of_request(size_t body_size) const;

  const Endpoint endpoint_;
  const HttpOptions options_;
};

}  // namespace kamal::cli
