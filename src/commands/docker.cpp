#include "kamal/commands/docker.h"

#include "kamal/commands/base.h"
#include "kamal/support/quoting.h"

namespace kamal::commands {
namespace {

constexpr const char* install_script = "https://get.docker.com";
constexpr const char* context_check_image = "kamal-local-build-check";

}  // namespace

Command install_docker() {
  // Without curl and wget the shell that reads the script must fail, so it gets a script that does.
  const Command fetch =
      any_of({{"curl", "-fsSL", install_script}, {"wget", "-O", "-", install_script}, {"echo", "exit 1"}});
  return pipe({in_shell(fetch), {"sh"}});
}

Command docker_installed() { return question(docker({"-v"})); }

Command superuser() {
  return question({Argument::syntax("[ \"${EUID:-$(id -u)}\" -eq 0 ] || sudo -nl usermod > /dev/null")});
}

Command root() { return question({Argument::syntax("[ \"${EUID:-$(id -u)}\" -eq 0 ]")}); }

Command in_docker_group() {
  return question({Argument::syntax("id -nG \"${USER:-$(id -un)}\" | grep -qw docker")});
}

Command add_to_docker_group() {
  return {Argument::syntax("sudo -n usermod -aG docker \"${USER:-$(id -un)}\"")};
}

Command create_network() { return docker({"network", "create", network_name}); }

Command inspect_image(const std::string& image) {
  return question(docker({"image", "inspect", "--format", "{{.Id}}", image}));
}

Command local_docker_installed() { return question(docker({"--version"})); }

Command local_architecture() { return question(docker({"info", "--format", "{{.Architecture}}"})); }

Command local_buildx_installed() { return question(docker({"buildx", "version"})); }

std::string context_check_dockerfile() {
  return "FROM busybox\n"
         "COPY . /context\n"
         "WORKDIR /context\n"
         "CMD find . -type f | cut -c3-\n";
}

Command build_context_check(const std::string& dockerfile) {
  return docker({"buildx", "build", std::string("-t=") + context_check_image, "-f=" + dockerfile, "."});
}

Command list_context_check() { return docker({"run", "--rm", context_check_image}); }

Arguments Prune::service_filter() const { return {"--filter", "label=service=" + config_.service}; }

Command Prune::dangling_images() const { return docker({"image", "prune", "--force"}).add(service_filter()); }

Command Prune::tagged_images() const {
  const Command images = docker({"image", "ls"})
                             .add(service_filter())
                             .add(Arguments{"--format", "{{.ID}} {{.Repository}}:{{.Tag}}"});
  const Command in_use = docker({"container", "ls", "-a", "--format", "{{.Image}}\\|"}).add(service_filter());
  // Keeps images of any container, the latest tag, and dangling images in use.
  const std::string kept = shell_quote(config_.latest_image() + "\\|" + config_.repository() + ":<none>");
  const Argument pattern =
      Argument::syntax("\"" + substitute(pipe({in_use, {"tr", "-d", "\\n"}})).text() + "\"" + kept);
  return pipe({images,
               {"grep", "-v", "-w", "-e", pattern},
               {Argument::syntax("while read image tag; do docker rmi $tag; done")}});
}

Command Prune::app_containers(int retain) const {
  Command stopped = docker({"ps", "-q", "-a"}).add(service_filter());
  for (const char* status : {"created", "exited", "dead"}) {
    stopped.add(Arguments{"--filter", std::string("status=") + status});
  }
  return pipe({stopped,
               {"tail", "-n", "+" + std::to_string(retain + 1)},
               {Argument::syntax("while read container_id; do docker rm $container_id; done")}});
}

Registry::Registry(const config::Configuration& config, const config::Accessory& accessory)
    : registry_(accessory.registry ? *accessory.registry : config.registry),
      key_(accessory.registry ? "accessories/" + accessory.name + "/registry" : "registry") {}

std::string Registry::server() const {
  const std::string server = registry_.server.value_or("");
  return server == "docker.io" ? "" : server;
}

Command Registry::login(const Secrets& secrets) const {
  if (local()) return {};
  Command command = docker({"login"});
  if (registry_.server) command.add(*registry_.server);
  if (registry_.username) {
    const std::string username = registry_.username->resolve(secrets, key_ + "/username");
    command.add(Arguments{"-u", Argument::sensitive(username)});
  }
  if (!registry_.password) return command;
  return command.add("--password-stdin").with_input(registry_.password->resolve(secrets, key_ + "/password"));
}

Command Registry::logout() const {
  Command command = docker({"logout"});
  if (registry_.server) command.add(*registry_.server);
  return command;
}

Command Registry::setup() const {
  return any_of({start(), docker({"run", "--detach", "-p", "127.0.0.1:" + registry_.local_port() + ":5000",
                                  "--name", local_registry_name, "registry:3"})});
}

Command Registry::start() const { return docker({"start", local_registry_name}); }

Command Registry::remove() const {
  return combine({docker({"stop", local_registry_name}), docker({"rm", local_registry_name})});
}

}  // namespace kamal::commands
