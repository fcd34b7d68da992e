#pragma once

#include <unordered_set>
#include <utility>
#include <vector>

#include "kamal/support/names.h"

namespace kamal::config {

// Hosts in the order in which they come first.
class HostSet {
 public:
  void add(const std::vector<Host>& hosts) {
    for (const Host& host : hosts) {
      if (known_.insert(host).second) hosts_.push_back(host);
    }
  }
  std::vector<Host> take() { return std::move(hosts_); }

 private:
  std::vector<Host> hosts_;
  std::unordered_set<Host> known_;
};

}  // namespace kamal::config
