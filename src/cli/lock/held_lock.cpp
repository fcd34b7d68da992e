#include "cli/lock/held_lock.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "kamal/support/files.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::system_clock;

std::string hostname() {
  utsname system{};
  return uname(&system) == 0 ? system.nodename : "";
}

std::string boot_id() { return strip(read_file_if_exists("/proc/sys/kernel/random/boot_id").value_or("")); }

std::string own_pid_namespace() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

struct ProcessStat {
  std::string state;
  std::string started;
};

// See proc_pid_stat(5): the second field is the program's name, which may contain anything.
std::optional<ProcessStat> read_stat(pid_t pid) {
  constexpr size_t started_after_name = 20;
  try {
    const std::string text = read_file_if_exists("/proc/" + std::to_string(pid) + "/stat").value_or("");
    const size_t name_end = text.rfind(") ");
    if (name_end == std::string::npos) return std::nullopt;
    const std::vector<std::string> fields = split(text.substr(name_end + 2), ' ');
    if (fields.size() < started_after_name) return std::nullopt;
    return ProcessStat{fields.front(), fields[started_after_name - 1]};
  } catch (const FileError&) {  // it ended meanwhile
    return std::nullopt;
  }
}

// The host to select so that the command reaches every lock of that run; nothing if not needed.
std::optional<Host> host_to_select(const Context& context, const HeldLock& lock) {
  const std::optional<Host> first = context.config.primary_host();
  const std::vector<Host> known = context.config.all_hosts();
  std::vector<Host> hosts = lock.holder ? lock.holder->hosts : std::vector<Host>();
  hosts.push_back(lock.host);
  for (const Host& host : hosts) {
    if (host != first && contains(known, host)) return host;
  }
  return std::nullopt;
}

std::string release_command(const Context& context, const HeldLock& lock) {
  const std::optional<Host> host = host_to_select(context, lock);
  return "kamal lock release" + option_text("-h", host ? std::optional(host->str()) : std::nullopt) +
         option_text("-d", context.options.text("destination")) +
         option_text("-c", context.options.config_file());
}

}  // namespace

std::string Holder::text() const {
  const json names = mapped(hosts, [](const Host& host) { return host.str(); });
  const json fields = {{"machine", machine}, {"pid", pid},     {"started", started},
                       {"boot", boot},       {"hosts", names}, {"pid_namespace", pid_namespace}};
  return fields.dump(-1, ' ', false, json::error_handler_t::replace);
}

Holder holder_of_process(pid_t pid) {
  Holder holder;
  holder.machine = hostname();
  holder.pid = pid;
  holder.boot = boot_id();
  holder.pid_namespace = own_pid_namespace();
  if (const auto stat = read_stat(pid)) holder.started = stat->started;
  return holder;
}

std::optional<Holder> parse_holder(std::string_view text) {
  try {
    const json fields = json::parse(text);
    Holder holder;
    fields.at("machine").get_to(holder.machine);
    fields.at("pid").get_to(holder.pid);
    fields.at("started").get_to(holder.started);
    fields.at("boot").get_to(holder.boot);
    fields.at("pid_namespace").get_to(holder.pid_namespace);
    for (const json& host : fields.at("hosts")) holder.hosts.emplace_back(host.get<std::string>());
    return holder;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool has_ended(const Holder& holder) {
  const bool is_known = holder.pid > 0 && !holder.started.empty() && !holder.boot.empty();
  const bool ran_here =
      holder.machine == hostname() && holder.boot == boot_id() && holder.pid_namespace == own_pid_namespace();
  if (!is_known || !ran_here) return false;
  // /proc may hide the processes of other users; kill() does not.
  if (kill(holder.pid, 0) != 0 && errno == ESRCH) return true;
  const std::optional<ProcessStat> stat = read_stat(holder.pid);
  return stat && (stat->started != holder.started || stat->state == "Z");
}

bool HeldLock::acquired_manually() const {
  return !details.empty() && details.find(automatic_lock_message) == std::string::npos;
}

std::string HeldLock::report() const {
  if (!details.empty()) return details;
  return "The deploy lock is held, but its details are missing (was the run that acquired it killed?)";
}

// The reverse of LockDetails::text().
HeldLock::Parts HeldLock::parts() const {
  constexpr std::string_view by = "Locked by: ", at = " at ", version = "\nVersion: ", message = "\nMessage:";
  const std::string& text = details;
  Parts parsed;
  const size_t first_end = std::min(text.find('\n'), text.size());
  const size_t at_start = text.rfind(at, first_end);
  if (!text.starts_with(by) || at_start == std::string::npos || at_start + 1 < by.size()) return parsed;
  if (at_start > by.size()) parsed.holder = text.substr(by.size(), at_start - by.size());
  parsed.since = parse_iso8601_utc(text.substr(at_start + at.size(), first_end - at_start - at.size()));
  const size_t message_start = std::min(text.find(message, first_end), text.size());
  if (message_start < text.size()) parsed.message = strip(text.substr(message_start + message.size()));
  if (text.compare(first_end, version.size(), version) == 0) {
    const size_t start = first_end + version.size();
    parsed.version = text.substr(start, std::min(message_start, text.size()) - start);
  }
  return parsed;
}

std::string HeldLock::summary(system_clock::time_point now) const {
  const Parts parsed = parts();
  std::string text = "Held";
  if (!parsed.holder.empty()) text += " by " + parsed.holder;
  if (holder) text += fmt::format(" (process {} on {})", holder->pid, holder->machine);
  if (parsed.since) {
    const auto held_for = std::chrono::floor<std::chrono::seconds>(now - *parsed.since);
    if (held_for >= 0s) text += " for " + age_text(held_for);  // otherwise the clocks differ
  }
  text += " on " + host.str();
  if (!parsed.version.empty()) text += ", version " + parsed.version;
  return parsed.message.empty() ? text : text + ": " + parsed.message;
}

std::string release_hint(const Context& context, const HeldLock& lock) {
  const std::string command = release_command(context, lock);
  if (!lock.is_abandoned()) return fmt::format("If it is stale, run `{}`", command);
  return fmt::format(
      "The run that acquired it (process {} on this machine) was killed; to release the lock, run `{}`",
      lock.holder->pid, command);
}

}  // namespace kamal::cli
