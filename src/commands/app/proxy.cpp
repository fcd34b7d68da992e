#include <filesystem>

#include "commands/proxy_arguments.h"
#include "kamal/commands/app.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Command App::deploy(std::string_view target) const {
  const ProxyDeploy deploy{config_, role().proxy.value(), version_, role().name};
  return proxy_exec({"deploy", config_.container_prefix(role())}).add(deploy_arguments(deploy, target));
}

Command App::remove() const { return proxy_exec({"remove", config_.container_prefix(role())}); }

Command App::remove_where_present(const Version& version) const {
  const Command find{Argument::syntax("container=" + substitute(container_id_for_version(version)).text())};
  Command when_found{Argument::syntax("if [ -n \"$container\" ]; then")};
  when_found.add(any_of({remove(), {"true"}})).add(Argument::syntax("; fi"));
  return combine({find, when_found});
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
  const std::filesystem::path of_role = std::filesystem::path(tls_certificate_path()).parent_path();
  return make_open_directories({config_.proxy_apps_directory(), config_.proxy_app_directory(),
                                of_role.parent_path().string(), of_role.string()});
}

std::string App::tls_certificate_path() const {
  return config_.proxy_app_directory() + "/tls/" + role().name.str() + "/cert.pem";
}

std::string App::tls_private_key_path() const {
  return config_.proxy_app_directory() + "/tls/" + role().name.str() + "/key.pem";
}

}  // namespace kamal::commands
