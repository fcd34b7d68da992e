#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;

namespace kamal::test {

// A self-signed certificate, written for the time of its life.
class Certificate {
 public:
  // `names` as in subjectAltName, e.g. IP:127.0.0.1
  explicit Certificate(const std::string& names);
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string file() const { return (folder_ / "certificate.pem").string(); }
  std::string key_file() const { return (folder_ / "key.pem").string(); }

 private:
  std::filesystem::path folder_;
};

// An HTTP server on a port of 127.0.0.1 that keeps what it is sent: a collector of logs, or a proxy before
// one, which it then plays as well.
class FakeCollector {
 public:
  static constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  static constexpr const char* nothing = "";  // keeps the connection open

  explicit FakeCollector(std::string answer = ok, const Certificate* certificate = nullptr);
  ~FakeCollector();
  FakeCollector(const FakeCollector&) = delete;
  FakeCollector& operator=(const FakeCollector&) = delete;

  struct Request {
    std::string line;                            // POST /v1/logs HTTP/1.1
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };
  int port() const { return port_; }
  std::string url() const;
  std::vector<Request> requests() const;
  bool wait_for_requests(size_t count);  // false when they do not come

 private:
  class Connection;
  void serve();
  void handle(Connection& connection);
  void keep(const Request& request);
  std::optional<Request> read_request(Connection& connection);

  const std::string answer_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> tls_;
  int listener_ = -1, stop_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Request> requests_;
  std::vector<std::unique_ptr<Connection>> kept_;
  std::thread thread_;
};

}  // namespace kamal::test
