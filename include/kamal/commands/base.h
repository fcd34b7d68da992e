#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/command.h"

namespace kamal::commands {

// Which containers a look-up finds.
enum class Containers { all, running };

// Everywhere in this module a text that came from a server, such as a version or a target, may be a shell
// variable that an earlier step of the same list saved: "${name}". It becomes an expanding argument.
Argument word(std::string text);

Command docker(Arguments arguments);
// The id of the container with exactly this name; no output if there is none.
Command container_id_for(std::string_view container_name, Containers containers = Containers::all);
// Of the container whose id `container_id` prints, in one line: id, /name, when it started and ended last,
// and its state (running, exited ...). Nothing without an id.
// A line for each container of any state:
// NAME|ID|STATUS|HEALTH|RESTARTS|EXIT_CODE|STARTED_AT|FINISHED_AT.
Command describe_containers(const Command& container_ids);
Command inspect_container(const Command& container_id);
Command make_directory(const std::string& path);
Command make_directory_for(const std::string& file);  // its parent directory
// The command under umask 022: other users, such as a container's, can read what it creates.
Command with_open_umask(const Command& command);
// Creates the last path with its parents, readable by other users, and opens those of the paths that are not.
Command make_open_directories(const std::vector<std::string>& paths);
Command remove_directory(const std::string& path);
Command remove_file(const std::string& path);
// command | xargs what
Command pipe_to_xargs(const Command& command, const Command& what);

// Names that servers share with Kamal.
inline constexpr const char* network_name = "kamal";
inline constexpr const char* proxy_container_name = "kamal-proxy";

}  // namespace kamal::commands
