#pragma once

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

// The queries of `status`. If docker hangs, each ends with status `timed_out`, see within().
namespace kamal::commands {

// The containers of the app, of the host's accessories and of kamal-proxy, a line each, see
// describe_containers(); then, for each of their images that is still there, ID|CREATED.
Command describe_host(const config::Configuration& config, const Host& host);
// The services of kamal-proxy, see Proxy::list().
Command list_proxy_services(const config::Configuration& config, const Host& host);
// A line for each running container of the host: ID|CPU|MEMORY, such as 0.07%|12.5MiB / 1.9GiB. Takes docker
// about 2 s.
Command measure_usage();

}  // namespace kamal::commands
