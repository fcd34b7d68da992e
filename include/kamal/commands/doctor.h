#pragma once

#include <string>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

// The queries of `doctor`, which change nothing. If docker hangs, each ends with status `timed_out`, see
// within().
namespace kamal::commands {

// On servers.

Command seconds_since_epoch();
Command machine_type();        // x86_64, aarch64
Command list_emulators();      // of the kernel: a line each, such as qemu-aarch64
Command memory_information();  // lines like MemAvailable: 123456 kB
// The account's login shell; then what it prints when sshd starts it for a command, cut off.
Command probe_login_shell();
// Lines of listeners in /proc/net/tcp and tcp6; then, if ss is installed, its lines, which name processes.
Command list_listeners();
// The options of `proxy boot_config set`, if there are any.
Command proxy_boot_options(const config::Configuration& config, const Host& host);

// Of the daemon.
Command docker_version();
inline constexpr const char* docker_version_variable = "docker_version";
// The command, if a step with docker_version() has set the variable.
Command if_docker_answers(const Command& command);
// The lines of `df -Pk` and `df -Pi` for the directory where docker keeps images; then, if the host has an
// image of the app, the size of the newest one in bytes: image=123.
Command docker_storage(const config::Configuration& config);
// NAME|LOG DRIVER|MAX SIZE of the app's, accessories' and kamal-proxy's containers.
Command log_limits(const config::Configuration& config, const Host& host);
// Pulls an image that does not exist: the registry's refusal shows that docker reaches it.
Command probe_registry(const config::Configuration& config);

// On this machine.

Command docker_version_and_architecture();  // 27.5.1|amd64
Command supported_platforms();              // of docker's own builder: Platforms: linux/amd64, linux/386
Command remote_docker_version(const std::string& remote);
Command local_registry_container();  // its name, if it runs
Command resolve_name(const std::string& name);
// A TLS connection. Prints to standard error, among other things: expire date: Mar  1 12:00:00 2027 GMT
Command look_at_certificate(const std::string& name);

}  // namespace kamal::commands
