#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "cli/output/endpoint.h"
#include "kamal/support/files.h"

namespace kamal::cli {

struct HttpResponse {
  int status = 0;
  std::string reason;
  bool ok() const { return status / 100 == 2; }
};

// No response; the text says why.
struct HttpError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct HttpOptions {
  std::optional<Endpoint> proxy{};
  std::optional<std::string> ca_file{}, ca_directory{};  // instead of the system's certificates
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds response_timeout{5000};
};

// Posts JSON over a connection of its own; redirects are not followed. Throws HttpError, soon after
// `cancellation` at the latest. SIGPIPE must be ignored.
HttpResponse http_post(const Endpoint& endpoint, const HttpOptions& options, const std::string& body,
                       const Event& cancellation);

}  // namespace kamal::cli
