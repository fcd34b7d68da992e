#include "kamal/commands/proxy.h"

#include "commands/arguments.h"
#include "commands/proxy_arguments.h"

namespace kamal::commands {
namespace {

constexpr const char* image_label = "label=org.opencontainers.image.title=kamal-proxy";
constexpr const char* traefik_label = "label=org.opencontainers.image.title=Traefik";

Command start_container() {
  return docker({"run", "--name", proxy_container_name, "--network", network_name, "--detach", "--restart",
                 "unless-stopped", "--volume", "kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy"});
}

Arguments apps_volume(const config::Configuration& config) {
  const config::Volume volume{config.proxy_apps_directory(), "/home/kamal-proxy/.apps-config", std::nullopt};
  return volume_arguments({volume.docker_text()});
}

Argument file_or(const std::string& file, const std::string& fallback) {
  return substitute(any_of({{"cat", file, Argument::syntax("2> /dev/null")}, {"echo", fallback}}));
}

Command run_command(const config::ProxyRun& run) {
  Command command{"kamal-proxy", "run"};
  if (run.debug.value_or(false)) command.add("--debug");
  if (run.metrics_port) command.add(Arguments{"--metrics-port", *run.metrics_port});
  return command;
}

}  // namespace

Proxy::Proxy(const config::Configuration& config, const Host& host)
    : config_(config), run_config_(config.proxy_run(host)) {}

Command Proxy::run() const {
  return run_config_ != nullptr ? run_as_configured(*run_config_) : run_from_files();
}

Command Proxy::run_as_configured(const config::ProxyRun& run) const {
  Command command = start_container();
  command.add(apps_volume(config_));
  if (run.publish) command.add(words(publishing(run.http_port, run.https_port, run.bind_ips)));
  if (run.log_max_size) command.add(words(log_size(*run.log_max_size)));
  if (run.metrics_port) command.add("--expose=" + *run.metrics_port);
  return command.add(option_arguments(run.options)).add(run.image()).add(run_command(run));
}

Command Proxy::run_from_files() const {
  return pipe_to_xargs(boot_config(), start_container().add(apps_volume(config_)));
}

Command Proxy::start() const { return docker({"container", "start", proxy_container_name}); }

Command Proxy::stop() const { return docker({"container", "stop", proxy_container_name}); }

Command Proxy::start_or_run() const { return any_of({start(), run()}); }

Command Proxy::list() const { return question(proxy_exec({"list"})); }

Command Proxy::info() const {
  return question(docker({"ps", "--filter", std::string("name=^") + proxy_container_name + "$"}));
}

Command Proxy::version() const {
  return question(pipe({docker({"inspect", proxy_container_name, "--format", "{{.Config.Image}}"}),
                        {"awk", "-F:", "{print $NF}"}}));
}

Command Proxy::remove_container() const {
  return docker({"container", "prune", "--force", "--filter", image_label});
}

Command Proxy::remove_image() const {
  return docker({"image", "prune", "--all", "--force", "--filter", image_label});
}

Command Proxy::cleanup_traefik() const {
  return chain({docker({"container", "stop", "traefik"}),
                combine({docker({"container", "prune", "--force", "--filter", traefik_label}),
                         docker({"image", "prune", "--all", "--force", "--filter", traefik_label})})});
}

Command Proxy::ensure_proxy_directory() const { return make_directory(config_.proxy_directory()); }

Command Proxy::remove_proxy_directory() const { return remove_directory(config_.proxy_directory()); }

Command Proxy::ensure_apps_config_directory() const {
  return make_open_directories({config_.proxy_apps_directory()});
}

std::string Proxy::options_file() const { return config_.proxy_directory() + "/options"; }
std::string Proxy::image_file() const { return config_.proxy_directory() + "/image"; }
std::string Proxy::image_version_file() const { return config_.proxy_directory() + "/image_version"; }
std::string Proxy::run_command_file() const { return config_.proxy_directory() + "/run_command"; }

// One line: options, image:version and command of `docker run`, from the files or their defaults.
Command Proxy::boot_config() const {
  const std::string image = file_or(image_file(), default_proxy_image).text() + ":" +
                            file_or(image_version_file(), config::minimum_proxy_version).text();
  return question({"echo", file_or(options_file(), default_boot_options()), Argument::syntax(image),
                   file_or(run_command_file(), "")});
}

}  // namespace kamal::commands
