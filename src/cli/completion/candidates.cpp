#include "cli/completion/candidates.h"

#include <algorithm>

#include "cli/arguments/command_line.h"
#include "cli/command_table.h"
#include "cli/selection.h"
#include "kamal/config/loader.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

// Nested aliases; more only if they are circular.
constexpr int max_aliases = 10;

// Names from the project's files end up on a command line that is about to be run.
bool harmless(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view("._-:@%+/").find(c) != std::string_view::npos;
  });
}

void append(std::vector<Candidate>& candidates, const std::vector<Candidate>& more) {
  candidates.insert(candidates.end(), more.begin(), more.end());
}

std::vector<Candidate> names_in_project(Completes what, CompletionProject& project) {
  if (what == Completes::destinations) return project.destinations();
  if (what == Completes::hosts) return project.hosts();
  if (what == Completes::roles) return project.roles();
  if (what == Completes::accessories) return project.accessories();
  return {};
}

// Values of an option that start with `typed`; after a comma, the next one of a list.
Completions values_of(const OptionSpec& option, const std::string& typed, CompletionProject& project) {
  Completions values;
  values.files = option.completes == Completes::files;
  for (const std::string& choice : option.choices) values.candidates.push_back({choice, option.help});
  append(values.candidates, names_in_project(option.completes, project));
  if (option.completes != Completes::hosts && option.completes != Completes::roles) return values;
  const size_t comma = typed.rfind(',');
  if (comma == std::string::npos) return values;
  const std::vector<std::string> listed = split(typed.substr(0, comma), ',');
  std::erase_if(values.candidates,
                [&](const Candidate& candidate) { return contains(listed, candidate.word); });
  for (Candidate& candidate : values.candidates) candidate.word.insert(0, typed, 0, comma + 1);
  return values;
}

std::vector<Candidate> option_names(const CommandSpec& command) {
  std::vector<Candidate> names;
  for (const OptionSpec& option : options_of(command)) {
    if (option.hidden) continue;
    const bool on_by_default = option.kind == Kind::flag && option.default_value == "true";
    names.push_back({(on_by_default ? "--no-" : "--") + dashed(option.name), option.help});
    if (option.short_name != 0) names.push_back({std::string("-") + option.short_name, option.help});
  }
  return names;
}

std::vector<Candidate> command_names(const CommandSpec& group) {
  return mapped(commands_of(group, Visibility::shown), [](const CommandSpec& command) {
    return Candidate{command.name, command.summary};
  });
}

std::vector<Candidate> commands_and_aliases(const CommandLine& line, CompletionProject& project) {
  std::vector<Candidate> names = command_names(*line.command);
  if (!line.path.empty()) return names;
  append(names, project.aliases());
  return names;
}

// --option=VALUE
Completions attached_value(const CommandLine& line, const std::string& typed, CompletionProject& project) {
  const size_t equals = typed.find('=');
  const std::vector<OptionSpec> options = options_of(*line.command);
  const OptionSpec* const option = find_option(typed.substr(0, equals), options);
  if (!option || option->kind == Kind::flag) return {};
  Completions values = values_of(*option, typed.substr(equals + 1), project);
  for (Candidate& value : values.candidates) value.word.insert(0, typed, 0, equals + 1);
  return values;
}

Completions argument(const CommandLine& line, CompletionProject& project) {
  const CommandSpec& command = *line.command;
  if (line.options.flag("help")) return {};
  if (command.completes == Completes::commands) {
    const CommandLine described = read_command_line(line.arguments);
    if (!described.command || described.unknown_command) return {};
    return {command_names(*described.command), false};
  }
  if (!line.arguments.empty()) return {};
  std::vector<Candidate> candidates = names_in_project(command.completes, project);
  for (const std::string& choice : command.choices) {
    candidates.push_back({choice, choice == "all" ? "all of them" : ""});
  }
  return {candidates, command.completes == Completes::files};
}

Completions completions_after(const CommandLine& line, const std::string& typed, CompletionProject& project) {
  if (!line.command) return {};
  if (line.awaiting) return values_of(*line.awaiting, typed, project);
  if (!line.options_ended && typed.starts_with('-')) {
    if (typed.starts_with("--") && typed.find('=') != std::string::npos)
      return attached_value(line, typed, project);
    return {option_names(*line.command), false};
  }
  return line.command->group() ? Completions{commands_and_aliases(line, project), false}
                               : argument(line, project);
}

// Pressing Tab runs nothing: commands in templates print nothing here.
class NoPrograms : public Processes {
 public:
  ProcessResult run(const Process&, const OutputSink&) override { return {}; }
  int run_attached(const Process&) override { return 0; }
};

Value raw_configuration(const config::LoadOptions& options, EnvironmentMap environment) {
  NoPrograms none;
  try {
    return config::load_raw_configuration(options, environment, none);
  } catch (const std::exception&) {
    return {};
  }
}

// Reads `servers`, or `hosts` of a role or accessory: names, or names with their tags.
std::vector<std::string> hosts_in(const Value* list) {
  std::vector<std::string> hosts;
  if (!list || !list->is_list()) return hosts;
  for (const Value& host : list->list()) {
    if (host.is_map() && !host.map().empty()) hosts.push_back(host.map().front().first);
    if (host.is_scalar() && !host.is_null()) hosts.push_back(host.text());
  }
  return hosts;
}

void add(std::vector<Candidate>& candidates, const std::vector<std::string>& words, const std::string& what) {
  for (const std::string& word : words) {
    if (!harmless(word)) continue;
    const auto known = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const Candidate& candidate) { return candidate.word == word; });
    if (known == candidates.end()) {
      candidates.push_back({word, what});
    } else {
      known->description += ", " + what;
    }
  }
}

const Value::Map& entries_of(const Value* map) {
  static const Value::Map none;
  return map && map->is_map() ? map->map() : none;
}

}  // namespace

Completions completions_of(std::vector<std::string> args, const EnvironmentMap& environment) {
  const std::string typed = args.empty() ? "" : args.back();
  if (!args.empty()) args.pop_back();
  for (int aliases = 0; aliases <= max_aliases; ++aliases) {
    const CommandLine line = read_command_line(args);
    const std::vector<std::string> destinations = line.options.list("destination");
    CompletionProject project(
        line.options.text("config_file").value_or(default_config_file),
        destinations.empty() ? std::nullopt : std::optional(Destination(destinations.back())), environment);
    if (!line.unknown_command) return completions_after(line, typed, project);
    const std::optional<std::string> meaning = project.alias(*line.unknown_command);
    const auto expanded = meaning ? shell_split(*meaning) : std::nullopt;
    if (!expanded) return {};
    args = *expanded;
    args.insert(args.end(), line.alias_args.begin(), line.alias_args.end());
  }
  return {};
}

CompletionProject::CompletionProject(std::filesystem::path config_file,
                                     std::optional<Destination> destination, EnvironmentMap environment)
    : config_file_(std::move(config_file)),
      destination_(std::move(destination)),
      environment_(std::move(environment)) {}

const Value& CompletionProject::configuration() {
  if (configuration_) return *configuration_;
  config::LoadOptions options;
  options.config_file = config_file_;
  options.destination = destination_;
  configuration_ = raw_configuration(options, environment_);
  if (!configuration_->is_map() && destination_) {  // perhaps a half-typed destination
    options.destination.reset();
    configuration_ = raw_configuration(options, environment_);
  }
  return *configuration_;
}

std::vector<Candidate> CompletionProject::destinations() const {
  std::vector<Candidate> candidates;
  add(candidates, config::destinations_beside(config_file_), "destination");
  return candidates;
}

std::vector<Candidate> CompletionProject::roles() {
  std::vector<Candidate> candidates;
  const Value* const servers = configuration().find("servers");
  if (servers && servers->is_list()) add(candidates, {"web"}, "role");
  for (const auto& [name, role] : entries_of(servers)) add(candidates, {name}, "role");
  return candidates;
}

std::vector<Candidate> CompletionProject::hosts() {
  std::vector<Candidate> candidates;
  const Value* const servers = configuration().find("servers");
  add(candidates, hosts_in(servers), "web");
  for (const auto& [name, role] : entries_of(servers)) {
    add(candidates, hosts_in(role.is_map() ? role.find("hosts") : &role), name);
  }
  for (const auto& [name, accessory] : entries_of(configuration().find("accessories"))) {
    add(candidates, hosts_in(accessory.find("hosts")), name);
    const Value* const host = accessory.find("host");
    if (host && host->is_string()) add(candidates, {host->text()}, name);
  }
  return candidates;
}

std::vector<Candidate> CompletionProject::accessories() {
  std::vector<Candidate> candidates;
  for (const auto& [name, accessory] : entries_of(configuration().find("accessories"))) {
    const Value* const image = accessory.find("image");
    add(candidates, {name}, image && image->is_string() ? image->text() : "accessory");
  }
  return candidates;
}

std::vector<Candidate> CompletionProject::aliases() {
  std::vector<Candidate> candidates;
  for (const auto& [name, command] : entries_of(configuration().find("aliases"))) {
    if (command.is_string()) add(candidates, {name}, "alias of " + command.text());
  }
  return candidates;
}

std::optional<std::string> CompletionProject::alias(const std::string& name) {
  const Value* const aliases = configuration().find("aliases");
  const Value* const command = aliases ? aliases->find(name) : nullptr;
  return command && command->is_string() ? std::optional(command->text()) : std::nullopt;
}

}  // namespace kamal::cli
