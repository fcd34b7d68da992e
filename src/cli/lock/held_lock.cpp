#include "cli/lock/held_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/context.h"
#include "kamal/support/age.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

constexpr const char* default_config_file = "config/deploy.yml";

struct ParsedDetails {
  std::string holder, locked_at, version, message;
};

// The reverse of LockDetails::text(); empty where a line is missing.
ParsedDetails parse_details(const std::string& text) {
  constexpr std::string_view by = "Locked by: ", at = " at ", version = "\nVersion: ", message = "\nMessage:";
  ParsedDetails parsed;
  const size_t first_end = std::min(text.find('\n'), text.size());
  const size_t at_start = text.rfind(at, first_end);
  if (!text.starts_with(by) || at_start == std::string::npos || at_start + 1 < by.size()) return parsed;
  if (at_start > by.size()) parsed.holder = text.substr(by.size(), at_start - by.size());
  parsed.locked_at = text.substr(at_start + at.size(), first_end - at_start - at.size());
  const size_t message_start = std::min(text.find(message, first_end), text.size());
  if (message_start < text.size()) parsed.message = strip(text.substr(message_start + message.size()));
  if (text.compare(first_end, version.size(), version) == 0) {
    const size_t start = first_end + version.size();
    parsed.version = text.substr(start, std::min(message_start, text.size()) - start);
  }
  return parsed;
}

// The host to select so that the command reaches every lock of that run; nothing if it does without.
std::optional<Host> host_to_select(const Context& context, const HeldLock& lock) {
  const std::optional<Host> first = context.config.primary_host();
  const std::vector<Host> known = context.config.all_hosts();
  std::vector<Host> hosts = lock.holder ? lock.holder->hosts : std::vector<Host>();
  hosts.push_back(lock.host);
  for (const Host& host : hosts) {
    if (host != first && std::find(known.begin(), known.end(), host) != known.end()) return host;
  }
  return std::nullopt;
}

}  // namespace

bool HeldLock::acquired_manually() const {
  return !details.empty() && details.find(automatic_lock_message) == std::string::npos;
}

std::string HeldLock::report() const {
  if (!details.empty()) return details;
  return "The deploy lock is held, but its details are missing (the run that acquired it was killed?)";
}

std::string HeldLock::summary(system_clock::time_point now) const {
  const ParsedDetails parsed = parse_details(details);
  std::string text = "Held";
  if (!parsed.holder.empty()) text += " by " + parsed.holder;
  if (const auto locked_at = parse_iso8601_utc(parsed.locked_at)) {
    const auto held_for = std::chrono::floor<std::chrono::seconds>(now - *locked_at);
    if (held_for >= 0s) text += " for " + age_text(held_for);  // otherwise the clocks differ
  }
  text += " on " + host.str();
  if (!parsed.version.empty()) text += ", version " + parsed.version;
  return parsed.message.empty() ? text : text + ": " + parsed.message;
}

std::string release_command(const Context& context, const HeldLock& lock) {
  std::string command = "kamal lock release";
  if (const auto host = host_to_select(context, lock)) command += " -h " + shell_quote(host->str());
  if (context.config.destination) command += " -d " + shell_quote(context.config.destination->str());
  const std::string config_file = context.options.text("config_file").value_or(default_config_file);
  if (config_file != default_config_file) command += " -c " + shell_quote(config_file);
  return command;
}

std::string release_hint(const Context& context, const HeldLock& lock) {
  const std::string command = release_command(context, lock);
  if (!lock.is_abandoned()) return fmt::format("If it is stale, run `{}`", command);
  return fmt::format(
      "The run that acquired it (process {} on this machine) was killed; to release the lock, run `{}`",
      lock.holder->pid, command);
}

}  // namespace kamal::cli
