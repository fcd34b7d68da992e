#include "cli/lock/holder.h"

#include <signal.h>
#include <sys/utsname.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;

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

}  // namespace

std::string Holder::text() const {
  json names = json::array();
  for (const Host& host : hosts) names.push_back(host.str());
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

}  // namespace kamal::cli
