#include "cli/plan/option_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/plan/settings.h"
#include "cli/status/host_report.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using Text = std::optional<std::string>;
using Texts = std::vector<std::string>;

std::string integer_text(double number) { return std::to_string(std::llround(number)); }

// Forms of written values.

Text as_written(const std::string& value) { return value == "0" || value == "false" ? "" : value; }

Text byte_count(const std::string& value) {
  const auto quantity = parse_quantity(value);
  if (!quantity) return std::nullopt;
  const size_t power =
      quantity->second.empty() ? 0 : std::string_view("bkmgt").find(lower(quantity->second).front());
  if (power == std::string_view::npos) return std::nullopt;
  const std::string bytes = integer_text(std::ldexp(quantity->first, static_cast<int>(10 * power)));
  return bytes == "0" ? "" : bytes;
}

Text size_of_shm(const std::string& value) {
  const Text bytes = byte_count(value);
  return bytes == "67108864" ? "" : bytes;
}

Text nano_cpus(const std::string& value) {
  const auto quantity = parse_quantity(value);
  if (!quantity || !quantity->second.empty()) return std::nullopt;
  return quantity->first == 0 ? "" : integer_text(quantity->first * 1e9);
}

Text process_limit(const std::string& value) { return value == "-1" ? "" : as_written(value); }
Text restart_policy(const std::string& value) { return value == "no" ? "" : value; }

Text capability(const std::string& value) {
  std::string name = value;
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return name.starts_with("CAP_") ? name.substr(4) : name;
}

// HOST=IP is a newer form of HOST:IP.
Text extra_host(const std::string& value) {
  std::string host = value;
  if (const size_t at = host.find_first_of("=:"); at != std::string::npos) host[at] = ':';
  return host;
}

Text device(const std::string& value) {
  if (!value.starts_with('/')) return std::nullopt;  // a class of devices
  const Texts parts = split(value, ':');
  const std::string inside = parts.size() > 1 && parts[1].starts_with('/') ? parts[1] : parts[0];
  const bool has_permissions = parts.size() > 1 && !parts.back().starts_with('/');
  return fmt::format("{}:{}:{}", parts[0], inside, has_permissions ? parts.back() : "rwm");
}

Text ulimit(const std::string& value) {
  return value.find(':') != std::string::npos ? value : value + ":" + value.substr(value.find('=') + 1);
}

Text mount_with_options(const std::string& value) {
  const size_t colon = value.find(':');
  return value.substr(0, colon) + "=" + (colon == std::string::npos ? "" : value.substr(colon + 1));
}

// Docker replaces a profile's file by its content.
Text security_option(const std::string& value) {
  return value.starts_with("seccomp") ? std::nullopt : Text(value);
}

// ADDRESS:PORT:PORT/PROTOCOL. A range becomes several entries in docker.
Text published_port(const std::string& value) {
  const size_t slash = value.find('/');
  const std::string protocol = slash == std::string::npos ? "tcp" : value.substr(slash + 1);
  std::string rest = value.substr(0, slash);
  const size_t colon = rest.rfind(':');
  const std::string inside = rest.substr(colon + 1);
  rest = colon == std::string::npos ? "" : rest.substr(0, colon);
  const size_t address_end = rest.rfind(':');
  const std::string port = rest.substr(address_end + 1);
  if (inside.find('-') != std::string::npos || port.find('-') != std::string::npos) return std::nullopt;
  std::string address = address_end == std::string::npos ? "" : rest.substr(0, address_end);
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  if (address == "0.0.0.0") address = "";
  return fmt::format("{}:{}:{}/{}", address, port == "0" ? "" : port, inside, protocol);
}

Text exposed_port(const std::string& value) {
  if (value.find('-') != std::string::npos) return std::nullopt;
  return value.find('/') == std::string::npos ? value + "/tcp" : value;
}

// Docker's forms.

// Of a scalar, a list or a map (NAME=VALUE); zero, false and "" are the default.
Texts plain_values(const json& value) {
  Texts texts;
  if (value.is_string()) {
    texts = {value.get<std::string>()};
  } else if (value.is_number_integer()) {
    texts = {std::to_string(value.get<int64_t>())};
  } else if (value.is_boolean()) {
    texts = {value.get<bool>() ? "true" : ""};
  } else if (value.is_array()) {
    for (const json& item : value) texts.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  } else if (value.is_object()) {
    for (const auto& [name, item] : value.items())
      texts.push_back(name + "=" + (item.is_string() ? item.get<std::string>() : ""));
  }
  std::erase_if(texts, [](const std::string& text) { return text.empty() || text == "0"; });
  return texts;
}

template <Text (*normalize)(const std::string&)>
Texts normalized_values(const json& value) {
  Texts texts;
  for (const std::string& text : plain_values(value)) {
    if (const Text normal = normalize(text); normal && !normal->empty()) texts.push_back(*normal);
  }
  return texts;
}

Texts joined_value(const json& value) {
  const std::string text = join(plain_values(value), " ");
  return text.empty() ? Texts() : Texts{text};
}

Texts policy_value(const json& value) {
  const std::string name = text_at(value, "/Name");
  const json& count = at_path(value, "/MaximumRetryCount");
  if (name.empty() || name == "no") return {};
  const bool counts = count.is_number_integer() && count.get<int>() > 0;
  return {counts ? fmt::format("{}:{}", name, count.get<int>()) : name};
}

Texts devices_of(const json& value) {
  Texts texts;
  for (const json& item : value) {
    texts.push_back(fmt::format("{}:{}:{}", text_at(item, "/PathOnHost"), text_at(item, "/PathInContainer"),
                                text_at(item, "/CgroupPermissions")));
  }
  return texts;
}

Texts ulimits_of(const json& value) {
  Texts texts;
  for (const json& item : value) {
    texts.push_back(
        fmt::format("{}={}:{}", text_at(item, "/Name"), item.value("Soft", 0L), item.value("Hard", 0L)));
  }
  return texts;
}

Texts ports_of(const json& value) {
  Texts texts;
  for (const auto& [inside, bindings] : value.items()) {
    for (const json& binding : bindings) {
      const std::string address = text_at(binding, "/HostIp");
      texts.push_back(
          published_port(fmt::format("{}:{}:{}",
                                     address.find(':') == std::string::npos ? address : "[" + address + "]",
                                     text_at(binding, "/HostPort"), inside))
              .value_or(inside));
    }
  }
  return texts;
}

Texts names_of(const json& value) {
  Texts names;
  for (const auto& [name, item] : value.items()) names.push_back(name);
  return names;
}

// ["CMD-SHELL", "curl ..."]
Texts health_command(const json& value) {
  Texts texts = plain_values(value);
  if (!texts.empty() && texts.front() == "CMD-SHELL") texts.erase(texts.begin());
  return texts.empty() ? texts : Texts{join(texts, " ")};
}

using Unset = OptionField::Unset;

constexpr std::array fields = std::to_array<OptionField>({
    {"add-host", "/HostConfig/ExtraHosts", nullptr, extra_host, normalized_values<extra_host>},
    {"cap-add", "/HostConfig/CapAdd", nullptr, capability, normalized_values<capability>},
    {"cap-drop", "/HostConfig/CapDrop", nullptr, capability, normalized_values<capability>},
    {"cgroup-parent", "/HostConfig/CgroupParent", nullptr, as_written, plain_values},
    {"cpu-period", "/HostConfig/CpuPeriod", nullptr, as_written, plain_values},
    {"cpu-quota", "/HostConfig/CpuQuota", nullptr, as_written, plain_values},
    {"cpu-shares", "/HostConfig/CpuShares", nullptr, as_written, plain_values},
    {"cpus", "/HostConfig/NanoCpus", nullptr, nano_cpus, plain_values},
    {"cpuset-cpus", "/HostConfig/CpusetCpus", nullptr, as_written, plain_values},
    {"cpuset-mems", "/HostConfig/CpusetMems", nullptr, as_written, plain_values},
    {"device", "/HostConfig/Devices", nullptr, device, devices_of},
    {"dns", "/HostConfig/Dns", nullptr, as_written, plain_values},
    {"dns-option", "/HostConfig/DnsOptions", nullptr, as_written, plain_values},
    {"dns-search", "/HostConfig/DnsSearch", nullptr, as_written, plain_values},
    {"entrypoint", "/Config/Entrypoint", "/Config/Entrypoint", as_written, joined_value},
    {"expose", "/Config/ExposedPorts", "/Config/ExposedPorts", exposed_port, names_of},
    {"group-add", "/HostConfig/GroupAdd", nullptr, as_written, plain_values},
    {"health-cmd", "/Config/Healthcheck/Test", "/Config/Healthcheck/Test", as_written, health_command},
    {"health-interval", "/Config/Healthcheck/Interval", "/Config/Healthcheck/Interval", nanoseconds,
     plain_values},
    {"health-retries", "/Config/Healthcheck/Retries", "/Config/Healthcheck/Retries", as_written,
     plain_values},
    {"health-start-period", "/Config/Healthcheck/StartPeriod", "/Config/Healthcheck/StartPeriod", nanoseconds,
     plain_values},
    {"health-timeout", "/Config/Healthcheck/Timeout", "/Config/Healthcheck/Timeout", nanoseconds,
     plain_values},
    {"hostname", "/Config/Hostname", nullptr, as_written, plain_values, Unset::depends},
    {"init", "/HostConfig/Init", nullptr, as_written, plain_values},
    {"interactive", "/Config/OpenStdin", nullptr, as_written, plain_values},
    {"ipc", "/HostConfig/IpcMode", nullptr, as_written, plain_values, Unset::depends},
    {"log-driver", "/HostConfig/LogConfig/Type", nullptr, as_written, plain_values, Unset::depends},
    {"memory", "/HostConfig/Memory", nullptr, byte_count, plain_values},
    {"memory-reservation", "/HostConfig/MemoryReservation", nullptr, byte_count, plain_values},
    {"memory-swap", "/HostConfig/MemorySwap", nullptr, byte_count, plain_values, Unset::depends},
    {"network", "/HostConfig/NetworkMode", nullptr, as_written, plain_values},
    {"oom-kill-disable", "/HostConfig/OomKillDisable", nullptr, as_written, plain_values},
    {"oom-score-adj", "/HostConfig/OomScoreAdj", nullptr, as_written, plain_values},
    {"pid", "/HostConfig/PidMode", nullptr, as_written, plain_values},
    {"pids-limit", "/HostConfig/PidsLimit", nullptr, process_limit, normalized_values<process_limit>},
    {"privileged", "/HostConfig/Privileged", nullptr, as_written, plain_values},
    {"publish", "/HostConfig/PortBindings", nullptr, published_port, ports_of},
    {"publish-all", "/HostConfig/PublishAllPorts", nullptr, as_written, plain_values},
    {"read-only", "/HostConfig/ReadonlyRootfs", nullptr, as_written, plain_values},
    {"restart", "/HostConfig/RestartPolicy", nullptr, restart_policy, policy_value},
    {"runtime", "/HostConfig/Runtime", nullptr, as_written, plain_values, Unset::depends},
    {"security-opt", "/HostConfig/SecurityOpt", nullptr, security_option, plain_values},
    {"shm-size", "/HostConfig/ShmSize", nullptr, size_of_shm, normalized_values<size_of_shm>},
    {"stop-signal", "/Config/StopSignal", "/Config/StopSignal", as_written, plain_values},
    {"stop-timeout", "/Config/StopTimeout", nullptr, as_written, plain_values},
    {"sysctl", "/HostConfig/Sysctls", nullptr, as_written, plain_values},
    {"tmpfs", "/HostConfig/Tmpfs", nullptr, mount_with_options, plain_values},
    {"tty", "/Config/Tty", nullptr, as_written, plain_values},
    {"ulimit", "/HostConfig/Ulimits", nullptr, ulimit, ulimits_of},
    {"user", "/Config/User", "/Config/User", as_written, plain_values},
    {"userns", "/HostConfig/UsernsMode", nullptr, as_written, plain_values},
    {"uts", "/HostConfig/UTSMode", nullptr, as_written, plain_values},
    {"workdir", "/Config/WorkingDir", "/Config/WorkingDir", as_written, plain_values},
});

}  // namespace

std::span<const OptionField> option_fields() { return fields; }

const OptionField* find_option_field(std::string_view name) {
  const auto found = std::ranges::find(fields, name, &OptionField::name);
  return found == fields.end() ? nullptr : &*found;
}

std::string long_name(const std::string& name) {
  static const NamedValues names = {{"P", "publish-all"},
                                    {"c", "cpu-shares"},
                                    {"d", "detach"},
                                    {"dns-opt", "dns-option"},
                                    {"e", "env"},
                                    {"h", "hostname"},
                                    {"i", "interactive"},
                                    {"l", "label"},
                                    {"m", "memory"},
                                    {"net", "network"},
                                    {"net-alias", "network-alias"},
                                    {"p", "publish"},
                                    {"q", "quiet"},
                                    {"t", "tty"},
                                    {"u", "user"},
                                    {"v", "volume"},
                                    {"w", "workdir"}};
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

bool is_flag_of_run(std::string_view name) {
  constexpr std::array<std::string_view, 15> flags = {"detach",
                                                      "disable-content-trust",
                                                      "init",
                                                      "interactive",
                                                      "no-healthcheck",
                                                      "oom-kill-disable",
                                                      "privileged",
                                                      "publish-all",
                                                      "quiet",
                                                      "read-only",
                                                      "rm",
                                                      "sig-proxy",
                                                      "tty",
                                                      "use-api-socket",
                                                      "help"};
  return std::ranges::find(flags, name) != flags.end();
}

bool is_list_of_run(std::string_view name) {
  constexpr std::array<std::string_view, 15> lists = {
      "add-host",  "cap-add", "cap-drop",     "device", "dns",   "dns-option", "dns-search", "expose",
      "group-add", "publish", "security-opt", "sysctl", "tmpfs", "ulimit",     "log-opt"};
  return std::ranges::find(lists, name) != lists.end();
}

std::optional<std::string> nanoseconds(const std::string& duration) {
  static const std::map<std::string, double> units = {{"ns", 1},  {"us", 1e3}, {"ms", 1e6},
                                                      {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  double sum = 0;
  std::string rest = duration;
  while (!rest.empty()) {
    const auto quantity = parse_quantity(rest);
    if (!quantity) return std::nullopt;
    const std::string unit = quantity->second.substr(0, quantity->second.find_first_of("0123456789."));
    const auto found = units.find(unit);
    if (found == units.end()) return duration == "0" ? std::optional<std::string>("") : std::nullopt;
    sum += quantity->first * found->second;
    rest = quantity->second.substr(unit.size());
  }
  return sum == 0 ? "" : integer_text(sum);
}

}  // namespace kamal::cli
