#include "kamal/support/system.h"

#include <sys/random.h>

#include <cerrno>
#include <ctime>
#include <system_error>
#include <vector>

#include "kamal/support/encoding.h"

namespace kamal {

std::string iso8601_utc(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  char text[sizeof "2026-01-02T03:04:05Z" + 16];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
  return text;
}

std::string SystemRandom::hex(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return kamal::hex(random);
}

std::chrono::system_clock::time_point SystemClock::now() { return std::chrono::system_clock::now(); }
std::chrono::steady_clock::time_point SystemClock::ticks() { return std::chrono::steady_clock::now(); }
bool SystemClock::sleep(std::chrono::milliseconds duration) { return interruption_.wait(duration); }

}  // namespace kamal
