#include "kamal/support/name_lookup.h"

#include <arpa/inet.h>

#include <mutex>
#include <stdexcept>

#include "kamal/support/files.h"
#include "kamal/support/interruption.h"

namespace kamal {
namespace {

int look_up(const std::string& host, const std::string& port, int flags, Addresses& addresses) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  addresses.reset(status == 0 ? list : nullptr);
  return status;
}

}  // namespace

Addresses numeric_addresses(const std::string& host, const std::string& port) {
  Addresses addresses;
  look_up(host, port, AI_NUMERICHOST, addresses);
  return addresses;
}

struct NameLookup::Answer {
  std::mutex mutex;
  Event given;
  int status = 0;
  Addresses addresses;
};

NameLookup::NameLookup(const std::string& host, const std::string& port)
    : answer_(std::make_shared<Answer>()) {
  start_quiet_thread([answer = answer_, host, port] {
    Addresses found;
    const int status = look_up(host, port, 0, found);
    const std::lock_guard lock(answer->mutex);
    answer->status = status;
    answer->addresses = std::move(found);
    answer->given.signal();
  }).detach();
}

int NameLookup::fd() const { return answer_->given.fd(); }

Addresses NameLookup::take() const {
  const std::lock_guard lock(answer_->mutex);
  if (answer_->status != 0) throw std::runtime_error(gai_strerror(answer_->status));
  return std::move(answer_->addresses);
}

namespace {

bool is_address(const std::string& text, int family) {
  in6_addr bytes;
  return inet_pton(family, text.c_str(), &bytes) == 1;
}

}  // namespace

bool is_ipv4_address(const std::string& text) { return is_address(text, AF_INET); }

bool is_ipv6_address(const std::string& text) { return is_address(text.substr(0, text.find('%')), AF_INET6); }

}  // namespace kamal
