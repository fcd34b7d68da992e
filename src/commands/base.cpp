#include "kamal/commands/base.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "commands/arguments.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

const char* const life = "{{.Id}} {{.Name}} {{.State.StartedAt}} {{.State.FinishedAt}} {{.State.Status}}";

// Docker's own field names (.ID): with a JSON name (.Id), docker formats the JSON, where a missing
// .State.Health is an error.
const char* const container_state =
    "{{.Name}}|{{.ID}}|{{.State.Status}}|{{if "
    ".State.Health}}{{.State.Health.Status}}{{end}}|{{.RestartCount}}|"
    "{{.State.ExitCode}}|{{.State.StartedAt}}|{{.State.FinishedAt}}|{{index .Config.Labels "
    "\"role\"}}|{{.Image}}|{{.Config.Image}}";

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
  return command.add(Arguments{"--filter", word("name=^" + std::string(container_name) + "$"), "--quiet"})
      .asks();
}

// Not with a pipe, which would hide a failure to get the ids.
Command describe_containers(const Command& container_ids) {
  const Command list{Argument::syntax("containers=" + substitute(container_ids).text())};
  Command inspect = docker({"inspect", "--format", container_state});
  inspect.add(Argument::syntax("$containers"));
  return combine({list, if_set("containers", inspect)});
}

Command if_set(const std::string& name, const Command& command) {
  return Command{Argument::syntax("if [ -n \"$" + name + "\" ]; then")}.add(command).add(
      Argument::syntax("; fi"));
}

Command within(std::chrono::seconds limit, const Command& command) {
  return Command{"timeout", std::to_string(limit.count())}.add(command);
}

Command inspect_container(const Command& container_id) {
  const Command inspect = docker({"inspect", "--format", life});
  return question(pipe({container_id, Command{"xargs", "--no-run-if-empty"}.add(inspect)}));
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
  // chmod fails for anyone but the owner, even if nothing would change.
  open.add(Arguments{"-prune", "!", "-perm", "-755", "-exec", "chmod", "a+rx", "{}", "+"});
  return with_open_umask(combine({make_directory(paths.back()), open}));
}

Command remove_directory(const std::string& path) { return {"rm", "-rf", word(path)}; }

Command remove_file(const std::string& path) { return {"rm", word(path)}; }

Command pipe_to_xargs(const Command& command, const Command& what) {
  return pipe({command, Command{"xargs"}.add(what)});
}

Command container_logs(const std::string& container, const LogOptions& options, Following following) {
  Command command = docker({"logs", container});
  command.add(since_arguments(options)).add(tail_arguments(options));
  if (following == Following::yes && !options.lines) command.add(Arguments{"--tail", "10"});
  command.add(timestamps_argument(options));
  if (following == Following::yes) command.add("--follow");
  command.add(Argument::syntax("2>&1"));
  return question(pipe({command, grep_command(options, following)}));
}

Command grep_command(const LogOptions& options, Following following) {
  if (!options.grep) return {};
  Command command{"grep"};
  if (following == Following::yes) command.add("--line-buffered");
  command.add(Arguments{"-e", *options.grep});
  if (!options.grep_options) return command;
  if (!shell_split(*options.grep_options))
    throw std::invalid_argument("--grep-options: unterminated quote in: " + *options.grep_options);
  return command.add(Argument::syntax(*options.grep_options));
}

namespace {

// In Kamal 'two words' and "two words" pass through two shells, which strips one more pair of quotes.
std::string without_outer_quotes(const std::string& argument) {
  const bool quoted = argument.size() >= 2 && (argument.front() == '\'' || argument.front() == '"') &&
                      argument.back() == argument.front();
  if (!quoted) return argument;
  const auto split = shell_split(argument);
  return split && split->size() == 1 ? split->front() : argument;
}

// Comments, substitutions and here-documents hold quotes that shell_split does not understand.
bool quotes_are_certain(std::string_view line) {
  return line.find_first_of("#`") == std::string_view::npos && line.find("$(") == std::string_view::npos &&
         line.find("<<") == std::string_view::npos;
}

void refuse_unclosed_quote(const std::string& line) {
  if (!shell_split(line)) throw std::invalid_argument("Unterminated quote in: " + line);
}

Argument shell_line(const std::string& line) {
  if (quotes_are_certain(line)) refuse_unclosed_quote(line);
  return Argument::syntax(line);
}

bool is_shell_operator(const std::string& argument) {
  return argument.find_first_of("|&;<>") != std::string::npos &&
         argument.find_first_not_of("|&;<>0123456789-") == std::string::npos;
}

}  // namespace

Arguments exec_arguments(const std::vector<std::string>& arguments) {
  if (exec_text(arguments).empty()) throw std::invalid_argument("No command given");
  Arguments command;
  const std::string line = strip(arguments.front());
  if (arguments.size() > 1) refuse_unclosed_quote(line);  // it would swallow the others
  if (!line.empty()) command.push_back(shell_line(line));
  for (size_t i = 1; i < arguments.size(); ++i) command.emplace_back(without_outer_quotes(arguments[i]));
  return command;
}

Arguments server_exec_arguments(const std::vector<std::string>& arguments) {
  if (std::none_of(arguments.begin(), arguments.end(), is_shell_operator)) return exec_arguments(arguments);
  return {shell_line(exec_text(arguments))};
}

std::string exec_text(const std::vector<std::string>& arguments) {
  std::vector<std::string> stripped;
  for (const std::string& argument : arguments) stripped.push_back(strip(argument));
  return strip(join(stripped, " "));
}

}  // namespace kamal::commands
