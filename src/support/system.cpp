#include <sys/random.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "kamal/support/system.h"

namespace kamal {

std::string SystemRandom::hex(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string text;
  for (const unsigned char byte : random) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::chrono::system_clock::time_point SystemClock::now() { return std::chrono::system_clock::now(); }
std::chrono::steady_clock::time_point SystemClock::ticks() { return std::chrono::steady_clock::now(); }
bool SystemClock::sleep(std::chrono::milliseconds duration) { return interruption_.wait(duration); }

}  // namespace kamal
