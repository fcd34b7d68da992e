#pragma once

#include <string>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// What the lock says about who holds it.
struct LockDetails {
  std::string locked_by;
  std::string locked_at;  // ISO 8601, UTC
  Version version;
  std::string message;

  std::string text() const;
};

// The deploy lock: a folder on the primary host. Its commands tell by their exit status what is the case.
class Lock {
 public:
  static constexpr int held = 75;     // acquire: somebody holds it
  static constexpr int missing = 74;  // release, status: nobody holds it

  explicit Lock(const config::Configuration& config) : config_(config) {}

  Command acquire(const LockDetails& details) const;
  // Whatever is in it.
  Command release() const;
  // Only if it holds exactly these details: `missing` when it is gone, `held` when it is another one by now.
  Command release_own(const LockDetails& details) const;
  Command status() const;
  std::string directory() const;

 private:
  std::string details_file() const;

  const config::Configuration& config_;
};

}  // namespace kamal::commands
