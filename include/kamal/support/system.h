#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kamal {

class Interruption;

// The environment of this process, as a value that is passed down; changes reach child processes only.
using EnvironmentMap = std::map<std::string, std::string>;

EnvironmentMap current_environment();
std::optional<std::string> get(const EnvironmentMap& environment, const std::string& name);

// Output limit in bytes for programs run by a template or a secrets file.
constexpr size_t max_program_output = 16 << 20;

// A timeout in seconds from an environment variable; none for 0. Throws std::runtime_error if
// the variable is not a whole number.
std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default);

// Of secrets: KAMAL_SECRETS_TIMEOUT (default: 600 s, because password managers prompt).
std::optional<std::chrono::milliseconds> secrets_timeout(const EnvironmentMap& environment);

// Time as an effect, so that tests need not wait.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() = 0;
  virtual std::chrono::steady_clock::time_point ticks() = 0;
  // Returns early, and false, when the run was interrupted.
  virtual bool sleep(std::chrono::milliseconds duration) = 0;
};

std::string iso8601_utc(std::chrono::system_clock::time_point time);  // 2026-01-02T03:04:05Z
// Parses the same, also with fractions of a second, which are truncated.
std::optional<std::chrono::system_clock::time_point> parse_iso8601_utc(std::string_view text);

// Human-readable, in whole units: 1 second, 3 minutes, 47 hours, 12 days.
std::string age_text(std::chrono::seconds age);

class Random {
 public:
  virtual ~Random() = default;
  virtual std::string hex(size_t bytes) = 0;  // 2 * bytes hexadecimal digits
};

// The real effects, created by main() and passed down.

class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interruption& interruption) : interruption_(interruption) {}
  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point ticks() override;
  bool sleep(std::chrono::milliseconds duration) override;

 private:
  const Interruption& interruption_;
};

class SystemRandom : public Random {
 public:
  std::string hex(size_t bytes) override;
};

}  // namespace kamal
