#pragma once

#include <netdb.h>

#include <memory>
#include <string>

namespace kamal {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// The TCP addresses of a numeric host, without a lookup; null for a name.
Addresses numeric_addresses(const std::string& host, const std::string& port);

// Looks up the TCP addresses of a host. getaddrinfo() can't be canceled, so it runs in its own thread, which
// may outlive this object.
class NameLookup {
 public:
  NameLookup(const std::string& host, const std::string& port);

  int fd() const;          // readable when the lookup is done
  Addresses take() const;  // the result, once. Throws std::runtime_error with the resolver's reason

 private:
  struct Answer;
  std::shared_ptr<Answer> answer_;  // shared with the thread
};

bool is_ipv4_address(const std::string& text);
// Without brackets; a zone (fe80::1%eth0) may follow.
bool is_ipv6_address(const std::string& text);

}  // namespace kamal
