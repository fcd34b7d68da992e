#include "kamal/commands/app.h"

#include <stdexcept>
#include <utility>

#include "commands/arguments.h"
#include "commands/proxy_arguments.h"
#include "kamal/support/quoting.h"

namespace kamal::commands {
namespace {

// Longer hostnames are truncated, so that the name with its suffix stays within Linux's limit.
constexpr size_t max_host_length = 51;

// A container's id as printed by `docker container ls --quiet` and registered with kamal-proxy.
std::string short_id(std::string_view container_id) { return std::string(container_id.substr(0, 12)); }

// Lines of kamal-proxy's log that contain both texts.
Command proxy_log_lines(const char* event, const std::string& container) {
  return pipe({docker({"logs", "--tail", "2000", proxy_container_name, Argument::syntax("2>&1")}),
               {"grep", "-F", event},
               {"grep", "-F", container}});
}

const char* const health_status =
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}";

Arguments stop_arguments(const config::Configuration& config, const config::Role& role) {
  // kamal-proxy drains requests before the container stops, so there is nothing left to wait for.
  if (role.stop_timeout) return {"-t", std::to_string(role.stop_timeout->count())};
  return role.running_proxy() ? Arguments{} : Arguments{"-t", std::to_string(config.drain_timeout.count())};
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
  std::string name = host.str().substr(0, max_host_length);
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
  return commands::env_arguments(config_.env_of(role(), host_).clear, config_.role_env_path(role()));
}

Command App::start() const { return start(version_); }

Command App::start(const Version& version) const { return docker({"start", word(container_name(version))}); }

Command App::status(const Version& version) const {
  return question(
      pipe_to_xargs(container_id_for_version(version), docker({"inspect", "--format", health_status})));
}

Command App::stop() const {
  return pipe_to_xargs(current_running_container_id(), docker({"stop"}).add(stop_arguments(config_, role())));
}

Command App::stop_within(std::chrono::seconds grace, const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version),
                       docker({"stop", "-t", std::to_string(grace.count())}));
}

Command App::stop(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version),
                       docker({"stop"}).add(stop_arguments(config_, role())));
}

Command App::info() const { return question(docker({"ps"}).add(container_filters())); }

Command App::ensure_env_directory() const { return make_directory(config_.role_env_directory()); }

Command App::current_running_container_id() const { return question(current_running_container({"--quiet"})); }

Command App::container_id_for_version(const Version& version) const {
  return container_id_for(container_name(version));
}

Command App::current_running_version() const {
  return question(pipe({current_running_container({"--format", "{{.Names}}"}), extract_version_from_name()}));
}

Command App::list_versions() const {
  return question(pipe({docker({"ps"}).add(container_filters()).add(Arguments{"--format", "{{.Names}}"}),
                        extract_version_from_name()}));
}

Command App::container_ids() const {
  return question(docker({"ps", "--all", "--quiet"}).add(container_filters()));
}

Command App::list_states() const { return question(describe_containers(container_ids())); }

// The newest container of the latest image, or else of any image.
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
  if (role_ != nullptr) filters.insert(filters.end(), {"--filter", "label=role=" + role_->name.str()});
  return filters;
}

Arguments App::active_container_filters() const {
  Arguments filters = container_filters();
  filters.insert(filters.end(), {"--filter", "status=running", "--filter", "status=restarting"});
  return filters;
}

Command App::list_containers() const {
  return question(docker({"container", "ls", "--all"}).add(container_filters()));
}

Command App::list_container_names() const {
  return list_containers().add(Arguments{"--format", "{{ .Names }}"});
}

Command App::remove_container(const Version& version) const {
  return pipe_to_xargs(container_id_for_version(version), docker({"container", "rm"}));
}

Command App::rename_container(const Version& version, const Version& new_version) const {
  return docker({"rename", word(container_name(version)), word(container_name(new_version))});
}

Command App::remove_containers() const {
  return docker({"container", "prune", "--force"}).add(container_filters());
}

Command App::container_health_log(const Version& version) const {
  return question(pipe_to_xargs(container_id_for_version(version),
                                docker({"inspect", "--format", "{{json .State.Health}}"})));
}

Command App::list_images() const { return question(docker({"image", "ls", config_.repository()})); }

Command App::list_image_tags() const { return list_images().add(Arguments{"--format", "{{.ID}} {{.Tag}}"}); }

Command App::remove_images() const {
  return docker({"image", "prune", "--all", "--force", "--filter", "label=service=" + config_.service});
}

Command App::tag_latest_image() const {
  return docker({"tag", word(config_.absolute_image(version_)), config_.latest_image()});
}

Command App::execute_in_existing_container(const Arguments& command, Interaction interaction,
                                           const ExecEnv& env) const {
  return docker({"exec"})
      .add(interaction_arguments(interaction))
      .add(commands::env_arguments(env))
      .add(word(container_name()))
      .add(command);
}

Command App::execute_in_new_container(const Arguments& command, const NewContainer& options) const {
  const std::string name =
      config_.container_prefix(role()) + "-exec-" + version_.str() + "-" + options.name_suffix;
  return docker({"run"})
      .add(interaction_arguments(options.interaction))
      .add(options.detach == Detach::yes ? "--detach" : "--rm")
      .add(Arguments{"--name", word(name), "--network", network_name})
      .add(env_arguments())
      .add(commands::env_arguments(options.env))
      .add(logging_arguments(role().logging))
      .add(volume_arguments(config_.volumes))
      .add(option_arguments(role().options))
      .add(word(config_.absolute_image(version_)))
      .add(command);
}

Command App::proxy_health_checks(std::string_view container_id) const {
  return question(proxy_log_lines("Healthcheck failed", "//" + short_id(container_id)));
}

Command App::proxy_health_of(std::string_view container_id) const {
  return question(pipe(
      {proxy_log_lines("Target health updated", "\"" + short_id(container_id) + ":"), {"tail", "-n", "1"}}));
}

Command App::logs(const LogOptions& options, Following following) const {
  Command logs = docker({"logs"}).add(timestamps_argument(options));
  logs.add(since_arguments(options)).add(tail_arguments(options));
  if (following == Following::yes) logs.add("--follow");
  logs.add(Argument::syntax("2>&1"));
  return question(pipe({pipe_to_xargs(container_of(options), logs), grep_command(options, following)}));
}

Command App::container_of(const LogOptions& options) const {
  if (options.container_id) return question({"echo", word(*options.container_id)});
  return options.version ? container_id_for_version(*options.version) : current_running_container_id();
}

Command App::deploy(std::string_view target) const {
  const ProxyDeploy deploy{config_, role().proxy.value(), version_, role().name};
  return proxy_exec({"deploy", config_.container_prefix(role())}).add(deploy_arguments(deploy, target));
}

Command App::remove() const { return proxy_exec({"remove", config_.container_prefix(role())}); }

Command App::remove_where_present(const Version& version) const {
  const Command find{Argument::syntax("container=" + substitute(container_id_for_version(version)).text())};
  return combine({find, if_set("container", any_of({remove(), {"true"}}))});
}

Command App::live() const { return proxy_exec({"resume", config_.container_prefix(role())}); }

Command App::maintenance(const MaintenanceOptions& options) const {
  Command command = proxy_exec({"stop", config_.container_prefix(role())});
  if (options.drain_timeout) command.add("--drain-timeout=" + *options.drain_timeout + "s");
  if (options.message) command.add("--message=" + *options.message);
  return command;
}

Command App::remove_proxy_app_directory() const { return remove_directory(config_.proxy_app_directory()); }

Command App::create_ssl_directory() const {
  const std::string tls = config_.proxy_app_directory() + "/tls";
  return make_open_directories(
      {config_.proxy_apps_directory(), config_.proxy_app_directory(), tls, tls + "/" + role().name.str()});
}

std::string App::tls_certificate_path() const {
  return config_.proxy_app_directory() + "/tls/" + role().name.str() + "/cert.pem";
}

std::string App::tls_private_key_path() const {
  return config_.proxy_app_directory() + "/tls/" + role().name.str() + "/key.pem";
}

}  // namespace kamal::commands
