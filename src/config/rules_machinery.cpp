#include <sys/utsname.h>

#include "config/access.h"
#include "config/rules.h"

namespace kamal::config {
namespace {

// This machine's architecture as docker names it: what it builds itself.
std::string machine_architecture() {
  utsname name{};
  if (uname(&name) != 0) return "";
  const std::string machine = name.machine;
  return machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine;
}

void check_jump(const Value& ssh, Report& report) {
  if (setting_at(&ssh, "proxy") && ssh.has("proxy_command")) {
    report.warn("ssh/proxy_command", ssh.find("proxy_command")->mark(),
                "is ignored, since there is proxy, too");
  }
}

void check_key_data(const Value& ssh, Report& report) {
  const Value* data = ssh.find("key_data");
  for (const std::string& text : texts_of(data)) {
    if (text.find("PRIVATE KEY-----") == std::string::npos) continue;
    report.warn("ssh/key_data", data->mark(),
                "there is a private key in it, which goes with Kamal 3 (should be the name of a secret)");
  }
}

}  // namespace

void check_builder(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* section = raw.find("builder");
  if (!section || !section->is_map()) return;
  const Builder& builder = configuration.builder;
  if (const Value* arch = section->find("arch"); arch && arch->is_blank()) {
    report.error("builder/arch", arch->mark(), "is empty (should be amd64, arm64 or both)");
  }
  if (builder.pack && builder.arches.size() > 1) {
    report.error("builder/pack", section->find("pack")->mark(),
                 "buildpacks build for one architecture (name one in builder/arch)");
  }
  if (!builder.local_enabled && !present_at(section, "remote")) {
    report.error("builder/local", section->find("local")->mark(),
                 "is false, and there is no remote to build on (set builder/remote)");
  }
  const bool over_ssh = builder.remote && builder.remote->starts_with("ssh://");
  if (configuration.registry.local() && !over_ssh && builder.builds_remotely(machine_architecture())) {
    report.error("builder/remote", section->find("remote")->mark(),
                 "a remote builder reaches a local registry over SSH only (should be ssh://USER@HOST)");
  }
}

void check_output(const Value& raw, Report& report) {
  constexpr std::string_view signs_of_addresses =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%";
  const Value* const endpoint = find_in(find_in(raw.find("output"), "otel"), "endpoint");
  if (!endpoint || !endpoint->is_string()) return;
  if (endpoint->text().find_first_not_of(signs_of_addresses) == std::string::npos) return;
  report.error("output/otel/endpoint", endpoint->mark(),
               "is no address (should be like http://otel.example.com:4318)");
}

void check_connection(const Value& raw, Report& report) {
  const Value* ssh = raw.find("ssh");
  if (!ssh || !ssh->is_map()) return;
  if (const Value* port = ssh->find("port"); port && port->is_scalar() && !port->is_null()) {
    const auto number = integer_of(port);
    if (!number || *number < 1 || *number > 65535) {
      report.error("ssh/port", port->mark(), "is no port (should be a number from 1 to 65535)");
    }
  }
  if (const Value* config = ssh->find("config");
      config && config->is_scalar() && !config->is_null() && !config->is_string() && !config->is_boolean()) {
    report.error("ssh/config", config->mark(), "is a number (should be true, false, text or a list of text)");
  }
  check_jump(*ssh, report);
  check_key_data(*ssh, report);
}

}  // namespace kamal::config
