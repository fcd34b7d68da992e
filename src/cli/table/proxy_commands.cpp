#include "cli/table/groups.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

CommandSpec boot_config_command() {
  return {
      .name = "boot_config",
      .summary = "Read or change how the proxy is started (deprecated: use proxy/run in deploy.yml)",
      .arguments = "[set|get|reset]",
      .min_args = 1,
      .max_args = 1,
      .options =
          {
              {.name = "publish", .help = "Publish the proxy's ports on the host", .default_value = "true"},
              {.name = "publish_host_ip",
               .kind = Kind::text,
               .help = "Address of the host to publish on (repeatable; default: all)",
               .placeholder = "IP"},
              {.name = "http_port",
               .kind = Kind::number,
               .help = "HTTP port of the host",
               .default_value = "80",
               .placeholder = "PORT"},
              {.name = "https_port",
               .kind = Kind::number,
               .help = "HTTPS port of the host",
               .default_value = "443",
               .placeholder = "PORT"},
              {.name = "log_max_size",
               .kind = Kind::text,
               .help = "Size at which the proxy's log is cut",
               .default_value = "10m",
               .placeholder = "SIZE"},
              {.name = "registry",
               .kind = Kind::text,
               .help = "Registry of the proxy's image",
               .placeholder = "SERVER"},
              {.name = "repository",
               .kind = Kind::text,
               .help = "Repository of the proxy's image",
               .placeholder = "NAME"},
              {.name = "image_version",
               .kind = Kind::text,
               .help = "Version of the proxy's image",
               .placeholder = "VERSION"},
              {.name = "metrics_port",
               .kind = Kind::number,
               .help = "Port for Prometheus metrics",
               .placeholder = "PORT"},
              {.name = "debug", .help = "Log what the proxy does"},
              {.name = "docker_options",
               .kind = Kind::list,
               .help = "Further options for docker run",
               .placeholder = "NAME=VALUE"},
          },
      .choices = {"set", "get", "reset"},
  };
}

std::vector<OptionSpec> proxy_log_options() {
  std::vector<OptionSpec> options = log_options();
  std::erase_if(options, [](const OptionSpec& option) { return option.name == "grep_options"; });
  return options;
}

}  // namespace

CommandSpec proxy_commands() {
  return {
      .name = "proxy",
      .summary = "Manage kamal-proxy",
      .commands =
          {
              {.name = "boot", .summary = "Start the proxy where it does not run"},
              boot_config_command(),
              {.name = "details", .summary = "Show the proxy's containers"},
              {.name = "logs", .summary = "Show log lines of the proxy", .options = proxy_log_options()},
              {.name = "reboot",
               .summary = "Replace the proxy's container by a new one",
               .options = {rolling_option("One server after the other"), confirmed_option()},
               .details = "Each server answers no request for the moment that takes."},
              {.name = "remove",
               .summary = "Remove the proxy's container and image",
               .options = {{.name = "force", .help = "Also where other apps are installed"}}},
              {.name = "remove_container", .summary = "Remove the proxy's container", .hidden = true},
              {.name = "remove_image", .summary = "Remove the proxy's image", .hidden = true},
              {.name = "remove_proxy_directory", .summary = "Remove the proxy's folder", .hidden = true},
              {.name = "restart", .summary = "Stop and start the proxy"},
              {.name = "start", .summary = "Start the proxy's container"},
              {.name = "stop", .summary = "Stop the proxy's container"},
              {.name = "upgrade",
               .summary = "Replace Traefik, or an old proxy, by kamal-proxy and reboot the app",
               .options = {rolling_option("One server after the other"), confirmed_option()},
               .hidden = true},
          },
  };
}

}  // namespace kamal::cli
