#include "kamal/commands/accessory.h"

#include <stdexcept>
#include <utility>

#include "commands/arguments.h"
#include "commands/proxy_arguments.h"

namespace kamal::commands {
namespace {

std::vector<Command> own(const config::MountedPath& path, const Argument& place) {
  std::vector<Command> commands;
  if (path.mode) commands.push_back({"chmod", *path.mode, place});
  if (path.owner) commands.push_back({"chown", *path.owner, place});
  return commands;
}

}  // namespace

Accessory::Accessory(const config::Configuration& config, const config::Accessory& accessory, Version version)
    : config_(config), accessory_(accessory), version_(std::move(version)) {}

const std::string& Accessory::image() const {
  if (accessory_.image.empty()) {
    throw std::invalid_argument("accessories/" + accessory_.name +
                                "/image: is required (example: image: postgres:17)");
  }
  return accessory_.image;
}

Command Accessory::run(const std::optional<Host>& host) const {
  Command command = docker({"run", "--name", accessory_.service_name, "--detach", "--restart",
                            accessory_.restart_policy, "--network", raw_word(accessory_.network)});
  command.add(logging_arguments(config_.logging));
  if (accessory_.port) command.add(Arguments{"--publish", raw_word(*accessory_.port)});
  if (host) command.add(Arguments{"--env", "KAMAL_HOST=" + host->str()});
  command.add(env_arguments()).add(volume_arguments()).add(label_arguments(accessory_.labels));
  command.add(option_arguments(accessory_.options)).add(image());
  return command.add(cmd_arguments(accessory_.cmd, "accessories/" + accessory_.name + "/cmd"));
}

Command Accessory::start() const { return docker({"container", "start", accessory_.service_name}); }

Command Accessory::stop() const { return docker({"container", "stop", accessory_.service_name}); }

Command Accessory::info() const { return question(docker({"ps"}).add(service_filter())); }

Command Accessory::existing_container_ids() const {
  return question(docker({"ps", "-a", "-q"}).add(service_filter()));
}

Command Accessory::container_states() const {
  return question(docker({"ps", "-a", "--format", "{{.State}}"}).add(service_filter()));
}

Command Accessory::running_container_id() const {
  return container_id_for(accessory_.service_name, Containers::running);
}

Command Accessory::describe_container() const {
  return question(describe_containers(existing_container_ids()));
}

Command Accessory::execute_in_existing_container(const Arguments& command, Interaction interaction) const {
  return docker({"exec"}).add(interaction_arguments(interaction)).add(accessory_.service_name).add(command);
}

Command Accessory::execute_in_new_container(const Arguments& command, Interaction interaction) const {
  return docker({"run"})
      .add(interaction_arguments(interaction))
      .add(Arguments{"--rm", "--network", raw_word(accessory_.network)})
      .add(env_arguments())
      .add(volume_arguments())
      .add(option_arguments(accessory_.options))
      .add(image())
      .add(command);
}

Command Accessory::pull_image() const { return docker({"image", "pull", image()}); }

Command Accessory::remove_service_directory() const { return {"rm", "-rf", accessory_.service_name}; }

Command Accessory::remove_service_directory_as_root() const {
  // A mount can't be removed from inside the container, but its contents can.
  const char* const mount = "/kamal-data";
  const config::Volume volume{accessory_.service_name, mount, std::nullopt};
  Command empty = docker({"run", "--rm", "--user", "0", "--network", "none", "--entrypoint", "rm"});
  empty.add(commands::volume_arguments({volume.docker_text()})).add(image()).add(Arguments{"-rf", mount});
  return chain({empty, remove_service_directory()});
}

Command Accessory::remove_container() const {
  return docker({"container", "prune", "--force"}).add(service_filter());
}

Command Accessory::remove_image() const { return docker({"image", "rm", "--force", image()}); }

Command Accessory::ensure_env_directory() const {
  return commands::make_directory(config_.accessory_env_directory());
}

Command Accessory::make_directory_for(const config::MountedPath& file) const {
  return with_open_umask(commands::make_directory_for(accessory_.file_host_path(file)));
}

std::vector<Command> Accessory::own_file(const config::MountedPath& file) const {
  return own(file, accessory_.file_host_path(file));
}

std::vector<Command> Accessory::make_directory(const config::MountedPath& directory) const {
  const Argument place = raw_word(accessory_.directory_host_path(directory));
  std::vector<Command> commands = {with_open_umask({"mkdir", "-p", place})};
  for (Command& command : own(directory, place)) commands.push_back(std::move(command));
  return commands;
}

Command Accessory::deploy(std::string_view target) const {
  const ProxyDeploy deploy{config_, accessory_.proxy.value(), version_, std::nullopt};
  return proxy_exec({"deploy", accessory_.service_name}).add(deploy_arguments(deploy, target));
}

Command Accessory::remove() const { return proxy_exec({"remove", accessory_.service_name}); }

Command Accessory::create_ssl_directory() const {
  return make_open_directories({config_.proxy_apps_directory(), config_.proxy_app_directory(),
                                config_.proxy_app_directory() + "/tls"});
}

std::string Accessory::tls_certificate_path() const {
  return config_.proxy_app_directory() + "/tls/cert.pem";
}

std::string Accessory::tls_private_key_path() const { return config_.proxy_app_directory() + "/tls/key.pem"; }

Arguments Accessory::env_arguments() const {
  return commands::env_arguments(accessory_.env.clear, config_.accessory_env_path(accessory_));
}

Arguments Accessory::volume_arguments() const {
  std::vector<std::string> volumes = accessory_.volumes;
  for (const config::Volume& volume : accessory_.path_volumes()) volumes.push_back(volume.docker_text());
  return commands::volume_arguments(volumes);
}

Arguments Accessory::service_filter() const {
  return {"--filter", "label=service=" + accessory_.service_name};
}

}  // namespace kamal::commands
