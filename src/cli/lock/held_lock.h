#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/lock/holder.h"
#include "kamal/support/names.h"

namespace kamal::cli {

class Context;

// What locks acquired by a run say; Kamal recognizes them by it.
inline constexpr const char* automatic_lock_message = "Automatic deploy lock";

// A lock that was found on a host.
struct HeldLock {
  Host host;
  std::string details;           // as Kamal shows them, printable; "" if they are missing
  std::optional<Holder> holder;  // nothing if Kamal acquired it, or if it was acquired manually

  bool acquired_manually() const;
  // Whether the run that acquired it is known to have ended without releasing it.
  bool is_abandoned() const { return holder && has_ended(*holder); }
  // The details, or that there are none.
  std::string report() const;
  // Held by Bob for 3 minutes on 1.1.1.1, version v9: Moving the database
  std::string summary(std::chrono::system_clock::time_point now) const;
};

// The command line that releases it, ready to paste.
std::string release_command(const Context& context, const HeldLock& lock);
// What to do about it, in a sentence.
std::string release_hint(const Context& context, const HeldLock& lock);

}  // namespace kamal::cli
