#pragma once

#include <chrono>
#include <map>
#include <string>

#include "cli/context.h"
#include "cli/doctor/check.h"

namespace kamal::cli {

// What a server is asked, in this order.
enum class ServerQuery {
  clock,
  machine,
  emulators,
  memory,
  shell,
  listeners,
  boot_options,
  docker,
  storage,
  containers,
  logs,
  registry,
};

// The replies of one server.
struct ServerReplies {
  using Time = std::chrono::system_clock::time_point;

  Host host{};
  std::chrono::milliseconds login{};  // how long it took
  std::map<ServerQuery, sshkit::StepResult> by_query{};
  Time asked{}, clock_replied{};  // by the local clock

  const sshkit::StepResult& of(ServerQuery query) const { return by_query.at(query); }
};

// Each judges some of the replies: those about the system and its ports, about docker and its containers.
Checks judge_system(const Context& context, const ServerReplies& replies);
Checks judge_docker(const Context& context, const ServerReplies& replies);
bool is_proxy_host(const Context& context, const ServerReplies& replies);
// What docker says if it is of no use: "" if it answers.
std::string docker_fault(const ServerReplies& replies, const sshkit::Output& output);

// Runs the pre-connect hook, then asks the selected hosts and those of the deploy lock, each in one round
// trip. A failing host is a problem, not an exception.
Checks check_servers(Context& context);

}  // namespace kamal::cli
