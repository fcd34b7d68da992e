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
// Of `plan`, which asks after those: together they take no longer than a lost connection.
constexpr std::chrono::seconds limit_of_documents = 7s, limit_of_state = 3s;

// With those of accessories and kamal-proxy.
Command ids_of_containers(const config::Configuration& config, const Host& host, const Command& of_app) {
  std::vector<Command> ids = {of_app};
  for (const config::Accessory& accessory : config.accessories) {
    if (contains(accessory.hosts, host)) ids.push_back(Accessory(config, accessory).existing_container_ids());
  }
  ids.push_back(container_id_for(proxy_container_name));
  return combine(ids);
}

constexpr const char* as_json = "{{json .}}";

Command inspect_containers(const char* format) {
  return docker({"inspect", "--format", format, Argument::syntax("$containers")});
}

Argument without_substitution(const Argument& argument) {
  const std::string& text = argument.text();
  const bool substitutes = text.find("$(") != std::string::npos || text.find('`') != std::string::npos;
  return substitutes ? Argument(text) : argument;
}

// Of NAME=VALUE.
Argument with_hidden_value(const Argument& assignment) {
  const std::string& text = assignment.text();
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return assignment;
  const std::string shown = text.substr(0, equals) + "=[REDACTED]";
  return assignment.kind() == Argument::Kind::expanding ? Argument::sensitive_expanding(text, shown)
                                                        : Argument::sensitive(text, shown);
}

// Of $containers, which describe_containers() sets.
Command describe_images(const char* format) {
  const Command images = pipe({inspect_containers("{{.Image}}"), {"sort", "-u"}});
  const Command inspect = pipe_to_xargs(images, docker({"image", "inspect", "--format", format}));
  // An image that is gone says nothing about the containers.
  return if_set("containers", any_of({inspect, {"true"}}));
}

}  // namespace

Command ids_of_containers(const config::Configuration& config, const Host& host) {
  return ids_of_containers(config, host, App(config, Version()).container_ids());
}

Command describe_host(const config::Configuration& config, const Host& host) {
  const Command ids = ids_of_containers(config, host);
  return question(within(
      limit_of_list, in_shell(combine({describe_containers(ids), describe_images("{{.ID}}|{{.Created}}")}))));
}

Command list_proxy_services(const config::Configuration& config, const Host& host) {
  return question(within(limit_of_details, Proxy(config, host).list()));
}

Command measure_usage() {
  return question(within(limit_of_details, docker({"stats", "--no-stream", "--no-trunc", "--format",
                                                   "{{.ID}}|{{.CPUPerc}}|{{.MemUsage}}"})));
}

Command inspect_host(const config::Configuration& config, const Host& host) {
  const Command ids = ids_of_containers(
      config, host, docker({"ps", "--all", "--quiet", "--filter", "label=service=" + config.service}));
  const Command list{Argument::syntax("containers=" + substitute(ids).text())};
  const Command image_names = docker(
      {"image", "ls", "--filter", "label=service=" + config.service, "--format", "{{.Repository}}:{{.Tag}}"});
  return question(
      within(limit_of_documents, in_shell(combine({list, if_set("containers", inspect_containers(as_json)),
                                                   describe_images(as_json), image_names}))));
}

// The image has no shell. The volume's directory needs root; docker cp, which writes a tar archive, does not,
// but mounts the volume once more.
Command read_proxy_state() {
  const std::string name = "kamal-proxy.state";
  const Command mountpoint =
      docker({"volume", "inspect", "--format", "{{.Mountpoint}}", "kamal-proxy-config"});
  const Command read = {"cat", Argument::syntax("\"" + substitute(mountpoint).text() + "/" + name + "\""),
                        Argument::syntax("2> /dev/null")};
  const Command copy = docker(
      {"cp", std::string(proxy_container_name) + ":/home/kamal-proxy/.config/kamal-proxy/" + name, "-"});
  return question(within(limit_of_state, in_shell(any_of({read, pipe({copy, {"tar", "-xO"}})}))));
}

bool is_several_commands(const Argument& argument) {
  const std::string& text = argument.text();
  return argument.kind() == Argument::Kind::syntax && (text.find_first_of(";&|<>()`\n") != std::string::npos);
}

Command print_arguments(const Command& command) {
  Command print{"printf", "%s\\n"};
  bool is_env = false;
  for (const Argument& argument : command.arguments()) {
    if (is_several_commands(argument)) continue;
    const Argument harmless = without_substitution(argument);
    print.add(is_env ? with_hidden_value(harmless) : harmless);
    is_env = argument.text() == "--env";
  }
  return question(print);
}

}  // namespace kamal::commands
