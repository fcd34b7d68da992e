#include "kamal/commands/registry.h"

#include "kamal/commands/base.h"

namespace kamal::commands {
namespace {

constexpr const char* local_registry = "kamal-docker-registry";

}  // namespace

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
                                  "--name", local_registry, "registry:3"})});
}

Command Registry::start() const { return docker({"start", local_registry}); }

Command Registry::remove() const {
  return combine({docker({"stop", local_registry}), docker({"rm", local_registry})});
}

}  // namespace kamal::commands
