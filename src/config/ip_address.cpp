#include "kamal/config/ip_address.h"

#include <arpa/inet.h>

namespace kamal::config {
namespace {

bool is_address(const std::string& text, int family) {
  in6_addr bytes;
  return inet_pton(family, text.c_str(), &bytes) == 1;
}

}  // namespace

bool is_ipv4_address(const std::string& text) { return is_address(text, AF_INET); }

bool is_ipv6_address(const std::string& text) { return is_address(text.substr(0, text.find('%')), AF_INET6); }

}  // namespace kamal::config
