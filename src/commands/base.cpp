#include "kamal/commands/base.h"

#include <filesystem>
#include <utility>

namespace kamal::commands {
namespace {

const char* const life = "{{.Id}} {{.Name}} {{.State.StartedAt}} {{.State.FinishedAt}} {{.State.Status}}";

// Names of docker's own fields (.ID): with a name of its JSON (.Id) docker takes that, where .State.Health
// may be missing, which is an error.
const char* const container_state =
    "{{.Name}}|{{.ID}}|{{.State.Status}}|{{if "
    ".State.Health}}{{.State.Health.Status}}{{end}}|{{.RestartCount}}|"
    "{{.State.ExitCode}}|{{.State.StartedAt}}|{{.State.FinishedAt}}";

}  // namespace

Argument word(std::string text) {
  if (text.find("${") != std::string::npos) return Argument::expanding(std::move(text));
  return {std::move(text)};
}

Command docker(Arguments arguments) {
  arguments.insert(arguments.begin(), "docker");
  return Command(std::move(arguments));
}

Command container_id_for(std::string_view container_name, Containers containers) {
  Command command = docker({"container", "ls"});
  if (containers == Containers::all) command.add("--all");
  return command.add(Arguments{"--filter", word("name=^" + std::string(container_name) + "$"), "--quiet"});
}

// Not by a pipe, which would hide that the ids are unknown.
Command describe_containers(const Command& container_ids) {
  const Command list{Argument::syntax("containers=" + substitute(container_ids).text())};
  Command inspect = docker({"inspect", "--format", container_state});
  inspect.add(Argument::syntax("$containers"));
  Command if_any{Argument::syntax("if [ -n \"$containers\" ]; then")};
  if_any.add(inspect).add(Argument::syntax("; fi"));
  return combine({list, if_any});
}

Command inspect_container(const Command& container_id) {
  const Command inspect = docker({"inspect", "--format", life});
  return pipe({container_id, Command{"xargs", "--no-run-if-empty"}.add(inspect)});
}

Command make_directory(const std::string& path) { return {"mkdir", "-p", word(path)}; }

Command make_directory_for(const std::string& file) {
  const size_t end = file.find_last_not_of('/');
  const std::string parent = std::filesystem::path(file.substr(0, end + 1)).parent_path();
  return make_directory(parent.empty() ? "." : parent);
}

Command with_open_umask(const Command& command) { return combine({{"umask", "022"}, command}); }

Command make_open_directories(const std::vector<std::string>& paths) {
  Command open{"find"};
  for (const std::string& path : paths) open.add(word(path));
  // chmod fails for anyone but the owner, even if nothing is to change.
  open.add(Arguments{"-prune", "!", "-perm", "-755", "-exec", "chmod", "a+rx", "{}", "+"});
  return with_open_umask(combine({make_directory(paths.back()), open}));
}

Command remove_directory(const std::string& path) { return {"rm", "-rf", word(path)}; }

Command remove_file(const std::string& path) { return {"rm", word(path)}; }

Command pipe_to_xargs(const Command& command, const Command& what) {
  return pipe({command, Command{"xargs"}.add(what)});
}

}  // namespace kamal::commands
