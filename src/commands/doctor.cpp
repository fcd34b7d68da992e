#include "kamal/commands/doctor.h"

#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/proxy.h"
#include "kamal/commands/status.h"

namespace kamal::commands {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds limit_of_version = 10s, limit_of_query = 20s, limit_of_registry = 15s;
constexpr const char* no_digest = "@sha256:0000000000000000000000000000000000000000000000000000000000000000";

Command within_limit(std::chrono::seconds limit, const Command& command) {
  return question(if_docker_answers(within(limit, command)));
}

}  // namespace

Command seconds_since_epoch() { return question({"date", "+%s"}); }
Command machine_type() { return question({"uname", "-m"}); }
Command list_emulators() { return question({"ls", "/proc/sys/fs/binfmt_misc"}); }
Command memory_information() { return question({"grep", "-E", "^Mem(Total|Available):", "/proc/meminfo"}); }

// A shell with SHLVL 0 and a command to run reads the startup files that one of sshd's reads.
Command probe_login_shell() {
  return question(
      {Argument::syntax("echo \"$SHELL\"; timeout 10 env SHLVL=0 \"${SHELL:-sh}\" -c : < /dev/null 2>&1 | "
                        "head -c 400")});
}

Command list_listeners() {
  return question(
      {Argument::syntax("grep -hs ' 0A ' /proc/net/tcp /proc/net/tcp6; "
                        "! command -v ss > /dev/null || ss -Hltnp")});
}

Command proxy_boot_options(const config::Configuration& config, const Host& host) {
  return question(any_of(
      {{"cat", word(Proxy(config, host).options_file()), Argument::syntax("2> /dev/null")}, {"true"}}));
}

Command docker_version() {
  return question(within(limit_of_version, docker({"version", "--format", "{{.Server.Version}}"})));
}

Command if_docker_answers(const Command& command) { return if_set(docker_version_variable, command); }

Command docker_storage(const config::Configuration& config) {
  const Command root{
      Argument::syntax("root=" + substitute(docker({"info", "--format", "{{.DockerRootDir}}"})).text())};
  const Argument directory = Argument::syntax("\"$root\"");
  const Command newest{Argument::syntax(
      "image=" +
      substitute(pipe({docker({"image", "ls", "--quiet", config.repository()}), {"head", "-n", "1"}}))
          .text())};
  const Command size = if_set("image", docker({"inspect", "--type", "image", "--format", "image={{.Size}}",
                                               Argument::syntax("$image")}));
  return within_limit(
      limit_of_query,
      in_shell(chain({combine({root, {"df", "-Pk", directory}}), {"df", "-Pi", directory}, newest, size})));
}

Command log_limits(const config::Configuration& config, const Host& host) {
  const Command list{Argument::syntax("containers=" + substitute(ids_of_containers(config, host)).text())};
  const Command inspect =
      docker({"inspect", "--format",
              "{{.Name}}|{{.HostConfig.LogConfig.Type}}|{{index .HostConfig.LogConfig.Config \"max-size\"}}",
              Argument::syntax("$containers")});
  return within_limit(limit_of_query, in_shell(combine({list, if_set("containers", inspect)})));
}

Command probe_registry(const config::Configuration& config) {
  return within_limit(limit_of_registry, docker({"pull", "--quiet", config.repository() + no_digest}));
}

Command docker_version_and_architecture() {
  return question(docker({"version", "--format", "{{.Server.Version}}|{{.Server.Arch}}"}));
}

Command supported_platforms() { return question(docker({"buildx", "inspect", "default"})); }

Command remote_docker_version(const std::string& remote) {
  return question(docker({"--host", remote, "version", "--format", "{{.Server.Version}}"}));
}

Command local_registry_container() {
  return question(docker(
      {"ps", "--filter", std::string("name=^") + local_registry_name + "$", "--format", "{{.Names}}"}));
}

Command look_at_certificate(const std::string& name) {
  return question({"curl", "--silent", "--show-error", "--verbose", "--head", "--output", "/dev/null",
                   "--max-time", "10", "https://" + name + "/"});
}

Command resolve_name(const std::string& name) { return question({"getent", "ahosts", name}); }

}  // namespace kamal::commands
