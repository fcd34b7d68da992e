#pragma once

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

// The queries of `status` and `plan`. If docker hangs, each ends with status `timed_out`, see within().
namespace kamal::commands {

// The ids of the containers of the app, of the host's accessories and of kamal-proxy, in any state.
Command ids_of_containers(const config::Configuration& config, const Host& host);
// The containers of the app, of the host's accessories and of kamal-proxy, a line each, see
// describe_containers(); then, for each of their images that is still there, ID|CREATED.
Command describe_host(const config::Configuration& config, const Host& host);
// The services of kamal-proxy, see Proxy::list().
Command list_proxy_services(const config::Configuration& config, const Host& host);
// A line for each running container of the host: ID|CPU|MEMORY, such as 0.07%|12.5MiB / 1.9GiB. Takes docker
// about 2 s.
Command measure_usage();

// docker's JSON, a line each: the containers of the service in any destination, of the host's accessories and
// of kamal-proxy; then their images. Includes the values of secrets. Then the names of the service's images,
// REPOSITORY:TAG, a line each.
Command inspect_host(const config::Configuration& config, const Host& host);
// The file in which kamal-proxy keeps its services: JSON.
Command read_proxy_state();
// Prints a command's arguments as the host's shell expands them, a line each, but runs nothing: arguments
// that are several commands are left out, and what another command would print stays as written.
Command print_arguments(const Command& command);
bool is_several_commands(const Argument& argument);  // `cmd` is shell text

}  // namespace kamal::commands
