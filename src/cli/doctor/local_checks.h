#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/doctor/check.h"

namespace kamal::cli {

// A query on this machine; it ends after 20 s.
sshkit::StepResult ask_here(sshkit::Local& local, const Command& query,
                            const std::vector<std::pair<std::string, std::string>>& env = {});
// A query for each name, all at once.
std::map<std::string, sshkit::StepResult> ask_about(sshkit::Local& local,
                                                    const std::vector<std::string>& names,
                                                    Command (*query_about)(const std::string&));
// Whether it is in DNS: not an address, a wildcard or a name of this machine.
bool is_public_name(const std::string& name);
// Why it failed, in one line.
std::string reason_of_query(const sshkit::StepResult& reply, const std::string& query,
                            const sshkit::Output& output);
// A command line of kamal with this one's -c and -d.
std::string kamal_command(const Options& options, const std::string& command);

// What deploys need of this machine, with or without a configuration.
struct LocalTools {
  Checks checks{};
  std::optional<std::string> docker_architecture{};  // of the daemon, such as amd64; nothing without one
};
LocalTools check_tools(sshkit::Local& local, Git& git, const sshkit::Output& output);
// The files of the project: Dockerfile, .dockerignore, hooks. A default configuration stands for one that
// can't be loaded.
Checks check_files(const config::Configuration& config, const EnvironmentMap& environment);

// What is left needs a configuration.

Checks check_builder(Context& context, const std::optional<std::string>& docker_architecture);
// The health checks of kamal-proxy.
Checks check_proxies(const config::Configuration& config);
// Whether the hostnames of kamal-proxy lead to the servers.
Checks check_dns(Context& context);
// Whether all secrets resolve that a deploy of the selection needs.
Checks check_secrets(Context& context);
// Of custom certificates, and of those that the hostnames of kamal-proxy present.
Checks check_certificates(Context& context);
// Whether the registries of the app and of accessories accept their credentials.
Checks check_registry_logins(Context& context);

}  // namespace kamal::cli
