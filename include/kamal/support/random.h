#pragma once

#include <cstddef>
#include <string>

namespace kamal {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::string hex(size_t bytes) = 0;  // 2 * bytes hexadecimal digits
};

}  // namespace kamal
