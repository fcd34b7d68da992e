#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Which containers a lookup finds.
enum class Containers { all, running };

// Throughout this module, text that came from a server, such as a version or a target, may be a shell
// variable saved by an earlier step of the same list: "${name}". It becomes an expanding argument.
Argument word(std::string text);

Command docker(Arguments arguments);
// The id of the container with exactly this name; no output if there is none.
Command container_id_for(std::string_view container_name, Containers containers = Containers::all);
// A line for each container of any state:
// NAME|ID|STATUS|HEALTH|RESTARTS|EXIT_CODE|STARTED_AT|FINISHED_AT|ROLE|IMAGE_ID|IMAGE.
Command describe_containers(const Command& container_ids);
// Ends the command with status `timed_out` if it takes longer.
Command within(std::chrono::seconds limit, const Command& command);
inline constexpr int timed_out = 124;
// Prints one line about the container whose id `container_id` prints: id, /name, last start and end, state
// (running, exited ...). Nothing without an id.
Command inspect_container(const Command& container_id);
Command make_directory(const std::string& path);
Command make_directory_for(const std::string& file);  // its parent directory
// The command, if the shell variable `name`, set by an earlier command of this line, is not empty.
Command if_set(const std::string& name, const Command& command);
// The command under umask 022: other users, such as a container's, can read what it creates.
Command with_open_umask(const Command& command);
// Creates the last path with its parents, readable by other users, and opens the other paths if they are not.
Command make_open_directories(const std::vector<std::string>& paths);
Command remove_directory(const std::string& path);
Command remove_file(const std::string& path);
// command | xargs what
Command pipe_to_xargs(const Command& command, const Command& what);

// Names on the servers, shared with Kamal.
inline constexpr const char* network_name = "kamal";
inline constexpr const char* proxy_container_name = "kamal-proxy";

enum class Timestamps { show, skip };

// What `logs` shows. Texts come from the command line and are passed to docker and grep unchanged.
struct LogOptions {
  Timestamps timestamps = Timestamps::show;
  std::optional<std::string> since;  // a time or 42m
  std::optional<std::string> lines;  // number of last lines
  std::optional<std::string> grep;   // only lines that match
  std::optional<std::string>
      grep_options;  // arguments for grep, split as a shell would; std::invalid_argument if that fails
  std::optional<std::string> container_id;  // app only: this container,
  std::optional<Version> version;           // or the one of this version, instead of the running one
};

enum class Following { no, yes };

// `docker logs` of a container by name, limited to the selected lines. Following without a number of lines
// starts with the last ten.
Command container_logs(const std::string& container, const LogOptions& options, Following following);
// The grep that `logs` pipes into; empty without one. Line-buffered if lines are followed.
Command grep_command(const LogOptions& options, Following following);

// What a command in a container is attached to: nothing, a pipe (-i) or a terminal (-it).
enum class Interaction { none, pipe, terminal };
enum class Detach { no, yes };

// --env NAME=VALUE of `app exec`.
using ExecEnv = std::vector<std::pair<std::string, std::string>>;

// The command of `app exec ARGUMENTS` and `accessory exec NAME ARGUMENTS`. The first argument is a shell line
// and stays as written, so that `ls | wc -l` works and an alias such as `app exec "bin/rails console"` takes
// further arguments; those stay separate, quoted once, and one that is quoted as a whole loses its quotes.
// Throws std::invalid_argument for an unclosed quote or a blank command.
Arguments exec_arguments(const std::vector<std::string>& arguments);

// The same for `server exec`, where an argument that is just a shell operator (`ls "|" wc -l`) makes all
// of them one line.
Arguments server_exec_arguments(const std::vector<std::string>& arguments);

// The same command for output and the audit log: stripped arguments joined by spaces.
std::string exec_text(const std::vector<std::string>& arguments);

}  // namespace kamal::commands
