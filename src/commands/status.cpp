#include "kamal/commands/status.h"

#include <vector>

#include "kamal/commands/accessory.h"
#include "kamal/commands/app.h"
#include "kamal/commands/base.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds limit_of_list = 20s, limit_of_details = 10s;

Command ids_of_containers(const config::Configuration& config, const Host& host) {
  std::vector<Command> ids = {App(config, Version()).container_ids()};
  for (const config::Accessory& accessory : config.accessories) {
    if (contains(accessory.hosts, host)) ids.push_back(Accessory(config, accessory).existing_container_ids());
  }
  ids.push_back(container_id_for(proxy_container_name));
  return combine(ids);
}

// Of $containers, which describe_containers() sets.
Command describe_images() {
  const Command images =
      pipe({docker({"inspect", "--format", "{{.Image}}", Argument::syntax("$containers")}), {"sort", "-u"}});
  const Command inspect =
      pipe_to_xargs(images, docker({"image", "inspect", "--format", "{{.ID}}|{{.Created}}"}));
  // An image that is gone says nothing about the containers.
  return if_set("containers", any_of({inspect, {"true"}}));
}

}  // namespace

Command describe_host(const config::Configuration& config, const Host& host) {
  return question(
      within(limit_of_list,
             in_shell(combine({describe_containers(ids_of_containers(config, host)), describe_images()}))));
}

Command list_proxy_services(const config::Configuration& config, const Host& host) {
  return question(within(limit_of_details, Proxy(config, host).list()));
}

Command measure_usage() {
  return question(within(limit_of_details, docker({"stats", "--no-stream", "--no-trunc", "--format",
                                                   "{{.ID}}|{{.CPUPerc}}|{{.MemUsage}}"})));
}

}  // namespace kamal::commands
