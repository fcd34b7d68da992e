#include "cli/build/location.h"

#include <filesystem>
#include <string_view>

#include "cli/errors.h"
#include "kamal/commands/docker.h"
#include "kamal/support/encoding.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::string docker_architecture(Context& context) {
  const std::string name =
      strip(context.effects.processes.run({.argv = {"docker", "info", "--format", "{{.Architecture}}"}}).out);
  if (name.find("aarch64") != std::string::npos) return "arm64";
  if (name.find("x86_64") != std::string::npos) return "amd64";
  return name;
}

}  // namespace

commands::BuildLocation build_location(Context& context) {
  commands::BuildLocation place;
  if (context.config.builder.remote) place.machine = docker_architecture(context);
  place.git_used = context.git.used();
  if (place.git_used) {
    place.git_root = context.git.root();
    place.revision = context.git.revision();
  }
  place.working_directory = std::filesystem::current_path().string();
  place.working_directory_hash = sha256_hex(place.working_directory);
  place.temp_directory = temp_directory(context.effects.environment).string();
  return place;
}

void ensure_docker_installed(Context& context) {
  const auto check = [&](const Command& command, const char* missing) {
    sshkit::Local::Options options;
    options.on_failure = sshkit::OnFailure::ignore;
    if (!context.local.execute(command, options).ok()) throw Error(ErrorKind::dependency, missing);
  };
  check(commands::local_docker_installed(), "Docker is not installed on this machine: builds need it");
  check(commands::local_buildx_installed(),
        "Docker's buildx plugin is not installed on this machine: builds need it");
}

std::optional<Host> remote_builder_host(const config::Configuration& config) {
  constexpr std::string_view scheme = "ssh://";
  if (!config.builder.remote || !config.builder.remote->starts_with(scheme)) return std::nullopt;
  const std::string location = config.builder.remote->substr(scheme.size());
  return Host(location.substr(0, location.find('/')));
}

}  // namespace kamal::cli
