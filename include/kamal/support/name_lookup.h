#pragma once

#include <netdb.h>

#include <memory>
#include <string>

namespace kamal {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// The TCP addresses of a numeric host, which nobody has to be asked for; null for a name.
Addresses numeric_addresses(const std::string& host, const std::string& port);

// Asks for the TCP addresses of a host. getaddrinfo() can't be called off, so it has a thread of its own that
// may outlive whoever asked.
class NameLookup {
 public:
  NameLookup(const std::string& host, const std::string& port);

  int fd() const;          // readable when there is an answer
  Addresses take() const;  // the answer, once. Throws std::runtime_error with the resolver's reason

 private:
  struct Answer;
  std::shared_ptr<Answer> answer_;  // the thread's as well
};

}  // namespace kamal
