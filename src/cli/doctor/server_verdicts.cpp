#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "cli/app/fleet.h"
#include "cli/doctor/local_checks.h"
#include "cli/doctor/server_checks.h"
#include "cli/output/table.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::StepResult;

constexpr uint64_t enough_memory = uint64_t{128} << 20;
constexpr std::chrono::seconds max_offset = 5s, max_offset_of_tokens = 5min;

// A reply proves an offset only beyond the time that it took, and is in whole seconds.
Check check_clock(const ServerReplies& replies) {
  const auto seconds = parse_integer<int64_t>(replies.of(ServerQuery::clock).text());
  if (!seconds) return unknown("clock", "date does not tell the time");
  const auto there = std::chrono::system_clock::time_point(std::chrono::seconds(*seconds));
  auto offset = 0s;
  if (there + 1s < replies.asked)
    offset = std::chrono::ceil<std::chrono::seconds>(there + 1s - replies.asked);
  if (there > replies.clock_replied)
    offset = std::chrono::ceil<std::chrono::seconds>(there - replies.clock_replied);
  const auto size = std::chrono::abs(offset);
  if (size <= max_offset) return ok("clock");
  const std::string what =
      fmt::format("{} {}", age_text(size), offset < 0s ? "behind this machine's" : "ahead of this machine's");
  const std::string fix = "sudo timedatectl set-ntp true (on the server)";
  return size > max_offset_of_tokens ? problem("clock", what, fix) : warning("clock", what, fix);
}

// docker's name for it.
std::string architecture(const std::string& machine) {
  static const std::map<std::string, std::string> names = {
      {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}, {"armv6l", "arm"}, {"i686", "386"}};
  const auto known = names.find(machine);
  return known == names.end() ? machine : known->second;
}

// The kernel's emulators are named as qemu names machines.
bool has_emulator(const std::string& emulators, const std::vector<std::string>& arches) {
  return std::ranges::any_of(lines_of(emulators), [&](const std::string& name) {
    return name.starts_with("qemu-") && contains(arches, architecture(name.substr(5)));
  });
}

Check check_processor(const Context& context, const ServerReplies& replies) {
  const std::string machine = replies.of(ServerQuery::machine).text();
  if (machine.empty()) return unknown("processor", "uname does not tell");
  const std::string here = architecture(machine);
  std::vector<std::string> arches = context.config.builder.arches;
  for (std::string& arch : arches) arch = arch.substr(0, arch.find('/'));
  if (contains(arches, here) || arches.empty()) return ok("processor", here);
  const std::string what = fmt::format("{}, but builder/arch is {}", here, to_sentence(arches, "and"));
  const std::string fix = "set builder/arch to " + here;
  if (has_emulator(replies.of(ServerQuery::emulators).out, arches))
    return warning("processor", what + ", so the app runs in an emulator", fix);
  return problem("processor", what + ": containers end with \"exec format error\"", fix);
}

// In kB, as in /proc/meminfo.
std::optional<uint64_t> memory_field(const std::string& text, const std::string& name) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(name + R"(:\s+(\d+) kB)"))) return std::nullopt;
  return std::stoull(found[1]) * 1024;
}

Check check_memory(const ServerReplies& replies) {
  const std::string& text = replies.of(ServerQuery::memory).out;
  const auto total = memory_field(text, "MemTotal"), available = memory_field(text, "MemAvailable");
  if (!total || !available) return unknown("memory", "/proc/meminfo does not tell");
  const std::string what = fmt::format("{} of {} available", size_text(*available), size_text(*total));
  if (*available >= enough_memory) return ok("memory", what);
  return warning("memory", what + "; during a deploy, the old and the new container run side by side",
                 "kamal status --stats");
}

Check check_shell(const ServerReplies& replies) {
  const std::string text = printable(replies.of(ServerQuery::shell).out);
  const std::string shell = first_line(text);
  const std::string noise = strip(text.substr(std::min(text.size(), shell.size() + 1)));
  if (noise.empty()) return ok("shell", shell);
  return warning("shell",
                 fmt::format("{} prints \"{}\" without a terminal, which disturbs scp, rsync and docker",
                             shell, first_line(noise)),
                 "in its startup files, print only if [ -t 1 ]");
}

// A program that listens: the port, and its name if ss tells.
struct Listener {
  std::string port{}, program{};
};

std::optional<Listener> parse_listener(const std::string& line) {
  static const std::regex kernel(R"(^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:0000 0A )"),
      ss(R"re(^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)\s+\S+(?:\s+users:\(\("([^"]+)")?)re");
  std::smatch found;
  if (std::regex_search(line, found, kernel))
    return Listener{.port = std::to_string(std::stoi(found[1], nullptr, 16))};
  if (std::regex_search(line, found, ss)) return Listener{found[1], found[2]};
  return std::nullopt;
}

// The ports of kamal-proxy on the host.
std::vector<std::string> proxy_ports(const Context& context, const ServerReplies& replies) {
  if (const config::ProxyRun* run = context.config.proxy_run(replies.host)) {
    if (!run->publish) return {};
    return {run->http_port, run->https_port};
  }
  // --publish 127.0.0.1:8080:80 --publish 8443:443
  const std::string& options = replies.of(ServerQuery::boot_options).out;
  static const std::regex published(R"(--publish[ =]\S*?(\d+):\d+(?=\s|$))");
  std::vector<std::string> ports;
  for (std::sregex_iterator it(options.begin(), options.end(), published), end; it != end; ++it)
    ports.push_back((*it)[1]);
  return strip(options).empty() ? std::vector<std::string>{"80", "443"} : ports;
}

bool runs_proxy(const ServerReplies& replies) {
  return std::ranges::any_of(parse_states(replies.of(ServerQuery::containers).out, ""),
                             [](const AppContainer& one) {
                               return one.version.str() == commands::proxy_container_name && one.runs();
                             });
}

Check check_ports(const Context& context, const ServerReplies& replies) {
  const std::vector<std::string> ports = proxy_ports(context, replies);
  const std::string all = join(ports, ", ");
  if (ports.empty()) return ok("ports", "none published");
  if (runs_proxy(replies)) return ok("ports", all + " are kamal-proxy's");
  std::map<std::string, std::string> taken;  // ports and programs
  for (const std::string& line : lines_of(replies.of(ServerQuery::listeners).out)) {
    const std::optional<Listener> listener = parse_listener(line);
    if (listener && contains(ports, listener->port)) {
      std::string& program = taken[listener->port];
      if (program.empty()) program = printable(listener->program);
    }
  }
  if (taken.empty()) return ok("ports", all + " are free");
  const bool maybe_ours = std::ranges::all_of(taken, [](const auto& one) {
    return one.second.empty() || one.second == "docker-proxy";  // docker's, for a container
  });
  if (const std::string fault = docker_fault(replies, context.output); !fault.empty() && maybe_ours)
    return unknown("ports", "in use, perhaps by kamal-proxy: " + fault);
  std::vector<std::string> texts;
  for (const auto& [port, program] : taken)
    texts.push_back(program.empty() ? port : fmt::format("{} (by {})", port, program));
  return problem("ports", fmt::format("in use, but kamal-proxy needs them: {}", join(texts, ", ")),
                 "stop that program, or set proxy/run/http_port and https_port");
}

}  // namespace

Checks judge_system(const Context& context, const ServerReplies& replies) {
  Checks checks = {check_shell(replies), check_clock(replies), check_memory(replies)};
  if (contains(context.selection().app_hosts(), replies.host))
    checks.push_back(check_processor(context, replies));
  if (is_proxy_host(context, replies)) checks.push_back(check_ports(context, replies));
  return checks;
}

}  // namespace kamal::cli
