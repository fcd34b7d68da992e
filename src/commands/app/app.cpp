#include "kamal/commands/app.h"

#include <stdexcept>
#include <utility>

#include "commands/arguments.h"
#include "kamal/commands/base.h"
#include "kamal/support/quoting.h"

namespace kamal::commands {
namespace {

// Longer host names are cut, so that with its suffix the name stays within what Linux takes.
constexpr size_t longest_host = 51;

const char* const health_status =
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}";

Arguments stop_arguments(const config::Configuration& config, const config::Role& role) {
  // kamal-proxy drains requests before the container has to stop, so there is nothing more to wait for.
  if (role.stop_timeout) return {"-t", *role.stop_timeout};
  return role.running_proxy() ? Arguments{} : Arguments{"-t", config.drain_timeout};
}

}  // namespace

App::App(const config::Configuration& config, Version version)
    : config_(config), version_(std::move(version)) {}

App::App(const config::Configuration& config, Version version, const config::Role& role, Host host)
    : config_(config), version_(std::move(version)), role_(&role), host_(std::move(host)) {}

const config::Role& App::role() const {
  if (role_ == nullptr) throw std::logic_error("This command is for one role");
  return *role_;
}

std::string App::container_name() const { return container_name(version_); }

std::string App::container_name(const Version& version) const {
  return config_.container_name(role(), version);
}

std::string App::hostname(const Host& host, std::string_view suffix) {
  std::string name = host.str().substr(0, longest_host);
  if (name.ends_with('.')) name.pop_back();
  return name + "-" + std::string(suffix);
}

Command App::run(const std::optional<std::string>& hostname) const {
  Command command = docker({"run", "--detach", "--restart", role().restart_policy, "--name",
                            word(container_name()), "--network", network_name});
  if (hostname) command.add(Arguments{"--hostname", *hostname});
  command.add(Arguments{"--env", word("KAMAL_CONTAINER_NAME=" + container_name())});
  command.add(Arguments{"--env", word("KAMAL_VERSION=" + version_.str())});
  command.add(Arguments{"--env", "KAMAL_HOST=" + host_.str()});
  if (config_.destination) command.add(Arguments{"--env", "KAMAL_DESTINATION=" + config_.destination->str()});
  command.add(env_arguments()).add(logging_arguments(role().logging)).add(volume_arguments(config_.volumes));
  if (role().assets()) {
    const config::Volume volume{asset_volume(version_), role().asset_path->path, role().asset_path->options};
    command.add(volume_arguments({volume.docker_text()}));
  }
  command.add(label_arguments(role().labels)).add(option_arguments(role().options));
  command.add(word(config_.absolute_image(version_)));
  return command.add(cmd_arguments(role().cmd, "servers/" + role().name.str() + "/cmd"));
}

Arguments App::env_arguments() const {
  Arguments arguments = commands::env_arguments(config_.env_of(role(), host_).clear);
  arguments.emplace_back("--env-file");
  arguments.emplace_back(config_.role_env_path(role()));
  return arguments;
}

Command App::start() const { return docker({"start", word(container_name())}); }

Command App::status(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version), docker({"inspect", "--format", health_status}));
}

Command App::stop() const {
  return pipe_to_xargs(current_running_container_id(), docker({"stop"}).add(stop_arguments(config_, role())));
}

Command App::stop(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version),
                       docker({"stop"}).add(stop_arguments(config_, role())));
}

Command App::info() const { return docker({"ps"}).add(container_filters()); }

Command App::ensure_env_directory() const { return make_directory(config_.role_env_directory()); }

Command App::current_running_container_id() const { return current_running_container({"--quiet"}); }

Command App::container_id_for_version(const Version& version) const {
  return container_id_for(container_name(version));
}

Command App::current_running_version() const {
  return pipe({current_running_container({"--format", "{{.Names}}"}), extract_version_from_name()});
}

Command App::list_versions() const {
  return pipe({docker({"ps"}).add(container_filters()).add(Arguments{"--format", "{{.Names}}"}),
               extract_version_from_name()});
}

Command App::list_states() const {
  const Command all = docker({"ps", "--all", "--quiet"}).add(container_filters());
  return pipe({all, Command{"xargs", "--no-run-if-empty"}.add(docker(
                        {"inspect", "--format", "{{.Name}} {{.State.Status}} {{.State.FinishedAt}}"}))});
}

// The newest container of the latest image; where there is none, the newest of any image.
Command App::current_running_container(const Arguments& format) const {
  const Command latest_image =
      docker({"image", "ls", "--filter", "reference=" + config_.latest_image(), "--format", "{{.ID}}"});
  const Arguments of_latest_image = {"--filter",
                                     Argument::syntax("ancestor=" + substitute(latest_image).text())};
  const Command lookup = chain({latest_container(format, of_latest_image), latest_container(format, {})});
  return pipe({in_shell(lookup), {"head", "-1"}});
}

Command App::latest_container(const Arguments& format, const Arguments& filters) const {
  return docker({"ps", "--latest"}).add(format).add(active_container_filters()).add(filters);
}

// SERVICE-ROLE[-DEST]-VERSION on each line becomes VERSION.
Command App::extract_version_from_name() const {
  const std::string prefix = shell_quote(config_.container_prefix(role()) + "-");
  return {Argument::syntax("while read line; do echo ${line##" + prefix + "}; done")};
}

Arguments App::container_filters() const {
  Arguments filters = {"--filter", "label=service=" + config_.service, "--filter",
                       "label=destination=" + (config_.destination ? config_.destination->str() : "")};
  if (role_ != nullptr) {
    filters.emplace_back("--filter");
    filters.emplace_back("label=role=" + role_->name.str());
  }
  return filters;
}

Arguments App::active_container_filters() const {
  Arguments filters = container_filters();
  for (const char* status : {"running", "restarting"}) {
    filters.emplace_back("--filter");
    filters.emplace_back(std::string("status=") + status);
  }
  return filters;
}

}  // namespace kamal::commands
