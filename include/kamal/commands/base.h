#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Which containers a look-up finds.
enum class Containers { all, running };

// Everywhere in this module a text that came from a server, such as a version or a target, may be a shell
// variable that an earlier step of the same list saved: "${name}". It becomes an expanding argument.
Argument word(std::string text);

Command docker(Arguments arguments);
// The id of the container with exactly this name; no output if there is none.
Command container_id_for(std::string_view container_name, Containers containers = Containers::all);
// A line for each container of any state:
// NAME|ID|STATUS|HEALTH|RESTARTS|EXIT_CODE|STARTED_AT|FINISHED_AT.
Command describe_containers(const Command& container_ids);
// Of the container whose id `container_id` prints, in one line: id, /name, when it started and ended last,
// and its state (running, exited ...). Nothing without an id.
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

enum class Timestamps { show, skip };

// What `logs` shows. The texts come from the command line and reach docker and grep as they are.
struct LogOptions {
  Timestamps timestamps = Timestamps::show;
  std::optional<std::string> since;  // a time or 42m
  std::optional<std::string> lines;  // the last so many
  std::optional<std::string> grep;   // only lines that match
  std::optional<std::string>
      grep_options;  // arguments for grep, split as a shell would; std::invalid_argument if that fails
  std::optional<std::string> container_id;  // app only: this container,
  std::optional<Version> version;           // or the one of this version, instead of the one that runs
};

enum class Following { no, yes };

// `docker logs` of a container by its name, with the lines that matter. Followed without a number of lines,
// it starts with the last ten.
Command container_logs(const std::string& container, const LogOptions& options, Following following);
// The grep that `logs` pipes into; empty without one. Followed lines must not wait in grep's buffer.
Command grep_command(const LogOptions& options, Following following);

// What a command in a container is attached to: nothing, a pipe (-i) or a terminal (-it).
enum class Interaction { none, pipe, terminal };
enum class Detach { no, yes };

// --env NAME=VALUE of `app exec`.
using ExecEnv = std::vector<std::pair<std::string, std::string>>;

// The command of `app exec ARGUMENTS` and `accessory exec NAME ARGUMENTS`. The first argument is a shell line
// and stays as written, so that `ls | wc -l` works and an alias such as `app exec "bin/rails console"` takes
// further arguments; those are words, quoted once, and one that is wholly quoted loses its quotes. Throws
// std::invalid_argument for an unclosed quote or a blank command.
Arguments exec_arguments(const std::vector<std::string>& arguments);

// The same for `server exec`, where an argument that is just a shell operator (`ls "|" wc -l`) makes all
// of them one line.
Arguments server_exec_arguments(const std::vector<std::string>& arguments);

// The same command for output and the audit log: stripped arguments joined by spaces.
std::string exec_text(const std::vector<std::string>& arguments);

}  // namespace kamal::commands
