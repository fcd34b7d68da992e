#include "cli/run_log/http_post.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>

#include "kamal/support/base64.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

constexpr size_t largest_head = 64 * 1024;

// The first line of an answer, e.g. HTTP/1.1 200 OK.
HttpAnswer answer_of(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  HttpAnswer answer;
  if (line.starts_with("HTTP/1.") && line.size() >= 12) {
    std::from_chars(line.data() + 9, line.data() + 12, answer.status);
  }
  if (answer.status < 100) throw HttpError("the answer is no HTTP");
  answer.reason = strip(line.substr(12));
  return answer;
}

// Only the head matters; answers on the way (1xx) are passed over.
HttpAnswer read_answer(Wire& wire, const Patience& patience) {
  std::string text;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) {
      const size_t count = wire.receive(piece, patience);
      if (count == 0 || text.size() > largest_head) throw HttpError("the answer is no HTTP");
      text.append(piece.data(), count);
      continue;
    }
    HttpAnswer answer = answer_of(text);
    if (answer.status >= 200) return answer;
    text.erase(0, end + 4);
  }
}

std::string proxy_authorization(const Endpoint& proxy) {
  if (proxy.user.empty()) return "";
  return fmt::format("Proxy-Authorization: Basic {}\r\n", base64(proxy.user));
}

}  // namespace

HttpPost::HttpPost(Endpoint endpoint, HttpOptions options)
    : endpoint_(std::move(endpoint)), options_(std::move(options)) {}

HttpAnswer HttpPost::post(const std::string& body, const Event& cancellation) {
  const Endpoint& next = options_.proxy ? *options_.proxy : endpoint_;
  Wire wire(connect_to(next.host, next.port, Patience(options_.time_to_connect, cancellation)));
  const Patience patience(options_.time_to_answer, cancellation);
  if (endpoint_.scheme == Endpoint::Scheme::https) {
    if (options_.proxy) open_tunnel(wire, patience);
    wire.start_tls(endpoint_.host, options_.trusted, patience);
  }
  wire.send(head_of_request(body.size()) + body, patience);
  return read_answer(wire, patience);
}

void HttpPost::open_tunnel(Wire& wire, const Patience& patience) const {
  const std::string host =
      endpoint_.host.find(':') == std::string::npos ? endpoint_.host : "[" + endpoint_.host + "]";
  wire.send(fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n{2}\r\n", host, endpoint_.port,
                        proxy_authorization(*options_.proxy)),
            patience);
  const HttpAnswer answer = read_answer(wire, patience);
  if (!answer.ok()) throw HttpError(fmt::format("the proxy says {} {}", answer.status, answer.reason));
}

std::string HttpPost::head_of_request(size_t body_size) const {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\n{}User-Agent: kamal/{}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n",
      through_proxy() ? endpoint_.shown() : endpoint_.path, endpoint_.authority(),
      through_proxy() ? proxy_authorization(*options_.proxy) : "", kamal_version, body_size);
}

}  // namespace kamal::cli
