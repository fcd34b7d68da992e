#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stop_token>
#include <thread>

#include "cli/output/http.h"
#include "support/fake_collector.h"
#include "support/waiting.h"

namespace kamal::cli {
namespace {

using test::Certificate;
using test::FakeCollector;
using ::testing::HasSubstr;

class HttpPostTest : public ::testing::Test {
 protected:
  HttpResponse post(const std::string& address, HttpOptions options = {}, const std::string& body = "{}") {
    return http_post(parse_endpoint(address, "endpoint"), options, body, cancellation_);
  }
  // Why there was no response.
  std::string failure(const std::string& address, HttpOptions options = {}) {
    try {
      return "answered with " + std::to_string(post(address, std::move(options)).status);
    } catch (const HttpError& error) {
      return error.what();
    }
  }

  Event cancellation_;
};

TEST_F(HttpPostTest, SendsJson) {
  const FakeCollector collector;
  EXPECT_EQ(post(collector.url() + "/v1/logs", {}, R"({"resourceLogs":[]})").status, 200);
  ASSERT_EQ(collector.requests().size(), 1U);
  const FakeCollector::Request request = collector.requests().at(0);
  EXPECT_EQ(request.line, "POST /v1/logs HTTP/1.1");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("host"), "127.0.0.1:" + std::to_string(collector.port()));
  EXPECT_EQ(request.body, R"({"resourceLogs":[]})");
}

TEST_F(HttpPostTest, SendsLargeBodyWhole) {
  const FakeCollector collector;
  const std::string body(8 * 1024 * 1024, 'x');
  post(collector.url(), {}, body);
  EXPECT_TRUE(collector.requests().at(0).body == body);
}

TEST_F(HttpPostTest, ReturnsStatusAndReason) {
  const FakeCollector collector("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
  const HttpResponse response = post(collector.url());
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.reason, "Internal Server Error");
  EXPECT_FALSE(response.ok());
}

TEST_F(HttpPostTest, AcceptsResponseWithoutContent) {
  const FakeCollector collector("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_TRUE(post(collector.url()).ok());
}

TEST_F(HttpPostTest, SkipsInformationalResponses) {
  const FakeCollector collector("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n");
  EXPECT_EQ(post(collector.url()).status, 202);
}

TEST_F(HttpPostTest, ReportsRefusedConnection) {
  EXPECT_EQ(failure("http://127.0.0.1:1"), "Connection refused");
}

TEST_F(HttpPostTest, ReportsUnknownHostname) {
  EXPECT_THAT(failure("http://collector.invalid", {.connect_timeout = std::chrono::minutes(1)}),
              HasSubstr("could not resolve collector.invalid: "));
}

TEST_F(HttpPostTest, TimesOutWithoutResponse) {
  const FakeCollector collector(FakeCollector::nothing);
  EXPECT_EQ(failure(collector.url(), {.response_timeout = std::chrono::milliseconds(50)}), "timed out");
}

// A listener with a full queue leaves the next connection pending.
TEST_F(HttpPostTest, TimesOutWithoutConnection) {
  const Fd listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 0), 0);
  getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<Fd> queue;
  for (int i = 0; i < 4; ++i) {
    queue.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connect(queue.back().get(), reinterpret_cast<sockaddr*>(&address), size);
  }
  EXPECT_EQ(failure("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)),
                    {.connect_timeout = std::chrono::milliseconds(50)}),
            "timed out");
}

TEST_F(HttpPostTest, CanBeCanceled) {
  FakeCollector collector(FakeCollector::nothing);
  std::thread caller([&] {
    EXPECT_TRUE(collector.wait_for_requests(1));
    cancellation_.signal();
  });
  EXPECT_EQ(failure(collector.url(), {.response_timeout = std::chrono::hours(1)}), "canceled");
  caller.join();
}

TEST_F(HttpPostTest, RejectsOtherProtocols) {
  const FakeCollector collector("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  EXPECT_EQ(failure(collector.url()), "invalid HTTP response");
}

TEST_F(HttpPostTest, RejectsTruncatedResponse) {
  const FakeCollector collector("HTTP/1.1 200 OK\r\n");
  const std::jthread rescue([this](const std::stop_token& over) {
    if (!test::eventually([&] { return over.stop_requested(); })) cancellation_.signal();
  });
  EXPECT_EQ(failure(collector.url()), "invalid HTTP response");
}

TEST_F(HttpPostTest, AcceptsTrustedCertificate) {
  const Certificate certificate("IP:127.0.0.1");
  const FakeCollector collector(FakeCollector::ok, &certificate);
  EXPECT_EQ(post(collector.url() + "/v1/logs", {.ca_file = certificate.file()}).status, 200);
  EXPECT_EQ(collector.requests().at(0).line, "POST /v1/logs HTTP/1.1");
}

TEST_F(HttpPostTest, AcceptsCertificateInTrustedDirectory) {
  const Certificate certificate("IP:127.0.0.1");
  const std::string directory = std::filesystem::path(certificate.file()).parent_path() / "trusted";
  std::filesystem::create_directory(directory);
  std::filesystem::copy(certificate.file(), directory);
  ASSERT_EQ(std::system(("openssl rehash " + directory + " 2>/dev/null").c_str()), 0);
  const FakeCollector collector(FakeCollector::ok, &certificate);
  EXPECT_EQ(post(collector.url(), {.ca_directory = directory}).status, 200);
}

TEST_F(HttpPostTest, RejectsUntrustedCertificate) {
  const Certificate certificate("IP:127.0.0.1");
  const FakeCollector collector(FakeCollector::ok, &certificate);
  EXPECT_EQ(failure(collector.url()), "TLS: certificate verify failed (self-signed certificate)");
  EXPECT_TRUE(collector.requests().empty());
}

TEST_F(HttpPostTest, RejectsCertificateOfOtherAddress) {
  const Certificate certificate("DNS:otel.example.com,IP:127.0.0.2");
  const FakeCollector collector(FakeCollector::ok, &certificate);
  EXPECT_EQ(failure(collector.url(), {.ca_file = certificate.file()}),
            "TLS: certificate verify failed (IP address mismatch)");
}

TEST_F(HttpPostTest, RejectsCertificateOfOtherName) {
  const Certificate certificate("DNS:otel.example.com");
  const FakeCollector collector(FakeCollector::ok, &certificate);
  EXPECT_EQ(failure("https://localhost:" + std::to_string(collector.port()), {.ca_file = certificate.file()}),
            "TLS: certificate verify failed (hostname mismatch)");
}

TEST_F(HttpPostTest, TimesOutDuringHandshake) {
  const FakeCollector collector(FakeCollector::nothing);
  EXPECT_EQ(failure("https://127.0.0.1:" + std::to_string(collector.port()),
                    {.response_timeout = std::chrono::milliseconds(50)}),
            "timed out");
}

TEST_F(HttpPostTest, SendsFullUrlToProxy) {
  const FakeCollector proxy;
  HttpOptions options;
  options.proxy = parse_endpoint("http://ann:sesame@127.0.0.1:" + std::to_string(proxy.port()), "proxy");
  EXPECT_TRUE(post("http://otel.example.com:4318/v1/logs", options).ok());
  const FakeCollector::Request request = proxy.requests().at(0);
  EXPECT_EQ(request.line, "POST http://otel.example.com:4318/v1/logs HTTP/1.1");
  EXPECT_EQ(request.headers.at("host"), "otel.example.com:4318");
  EXPECT_EQ(request.headers.at("proxy-authorization"), "Basic YW5uOnNlc2FtZQ==");
}

TEST_F(HttpPostTest, TunnelsTlsThroughProxy) {
  const Certificate certificate("DNS:otel.example.com");
  const FakeCollector proxy(FakeCollector::ok, &certificate);
  HttpOptions options{.ca_file = certificate.file()};
  options.proxy = parse_endpoint("http://127.0.0.1:" + std::to_string(proxy.port()), "proxy");
  EXPECT_TRUE(post("https://otel.example.com/v1/logs", options).ok());
  ASSERT_EQ(proxy.requests().size(), 2U);
  EXPECT_EQ(proxy.requests().at(0).line, "CONNECT otel.example.com:443 HTTP/1.1");
  EXPECT_EQ(proxy.requests().at(1).line, "POST /v1/logs HTTP/1.1");
  EXPECT_EQ(proxy.requests().at(1).headers.at("host"), "otel.example.com");
}

TEST_F(HttpPostTest, ReportsProxyRefusal) {
  const FakeCollector proxy("HTTP/1.1 403 Forbidden\r\n\r\n");
  HttpOptions options;
  options.proxy = parse_endpoint("http://127.0.0.1:" + std::to_string(proxy.port()), "proxy");
  EXPECT_EQ(failure("https://otel.example.com/v1/logs", options), "proxy returned 403 Forbidden");
}

}  // namespace
}  // namespace kamal::cli
