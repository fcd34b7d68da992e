#include "cli/main/completion_candidates.h"

#include <algorithm>

#include "cli/main/completion_line.h"
#include "cli/option_words.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

// Aliases of aliases; more than this only in a circle.
constexpr int most_aliases = 10;

// Names from files of the project end up on a command line that somebody is about to run.
bool harmless(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter_or_digit || std::string_view("._-:@%+/").find(c) != std::string_view::npos;
  });
}

void append(std::vector<Candidate>& candidates, const std::vector<Candidate>& more) {
  candidates.insert(candidates.end(), more.begin(), more.end());
}

std::vector<Candidate> names_in_project(Completes what, CompletionProject& project) {
  std::vector<Candidate> names;
  if (what == Completes::destinations) names = project.destinations();
  if (what == Completes::hosts) names = project.hosts();
  if (what == Completes::roles) names = project.roles();
  if (what == Completes::accessories) names = project.accessories();
  std::erase_if(names, [](const Candidate& name) { return !harmless(name.word); });
  return names;
}

// The value of an option, of which `typed` is there. Behind a comma the next one of a list.
Completions values_of(const OptionSpec& option, const std::string& typed, CompletionProject& project) {
  Completions values;
  values.files = option.completes == Completes::files;
  for (const std::string& choice : option.choices) values.candidates.push_back({choice, option.help});
  append(values.candidates, names_in_project(option.completes, project));
  if (option.completes != Completes::hosts && option.completes != Completes::roles) return values;
  const size_t comma = typed.rfind(',');
  if (comma == std::string::npos) return values;
  const std::vector<std::string> listed = split(typed.substr(0, comma), ',');
  std::erase_if(values.candidates, [&](const Candidate& candidate) {
    return std::find(listed.begin(), listed.end(), candidate.word) != listed.end();
  });
  for (Candidate& candidate : values.candidates) candidate.word.insert(0, typed, 0, comma + 1);
  return values;
}

std::vector<Candidate> option_names(const LineBefore& line) {
  std::vector<Candidate> names;
  for (const OptionSpec& option : options_behind(line)) {
    if (option.hidden) continue;
    const bool on_by_default = option.kind == Kind::flag && option.default_value == "true";
    names.push_back({(on_by_default ? "--no-" : "--") + dashed(option.name), option.help});
    if (option.short_name != 0) names.push_back({std::string("-") + option.short_name, option.help});
  }
  names.push_back({"--" + help_option().name, help_option().help});
  return names;
}

std::vector<Candidate> command_names(const LineBefore& line, CompletionProject& project) {
  std::vector<Candidate> names;
  for (const CommandSpec& command : line.command->commands) {
    if (!command.hidden) names.push_back({command.name, command.summary});
  }
  if (line.command != &command_table() || line.helping) return names;
  std::vector<Candidate> aliases = project.aliases();
  std::erase_if(aliases, [](const Candidate& alias) { return !harmless(alias.word); });
  append(names, aliases);
  return names;
}

// --option=VALUE
Completions attached_value(const LineBefore& line, const std::string& typed, CompletionProject& project) {
  const size_t equals = typed.find('=');
  const std::vector<OptionSpec> options = options_behind(line);
  const OptionSpec* const option = option_named(typed.substr(0, equals), options);
  if (!option || option->kind == Kind::flag) return {};
  Completions values = values_of(*option, typed.substr(equals + 1), project);
  for (Candidate& value : values.candidates) value.word.insert(0, typed, 0, equals + 1);
  return values;
}

Completions argument(const LineBefore& line, CompletionProject& project) {
  if (line.arguments > 0 || line.helping) return {};
  std::vector<Candidate> candidates = names_in_project(line.command->completes, project);
  for (const std::string& choice : line.command->choices) {
    candidates.push_back({choice, choice == "all" ? "every one" : ""});
  }
  return {candidates, line.command->completes == Completes::files};
}

Completions completions_behind(const LineBefore& line, const std::string& typed, CompletionProject& project) {
  if (line.awaited) return values_of(*line.awaited, typed, project);
  if (!line.only_arguments && typed.starts_with('-')) {
    if (typed.starts_with("--") && typed.find('=') != std::string::npos)
      return attached_value(line, typed, project);
    return {option_names(line), false};
  }
  return line.command->group() ? Completions{command_names(line, project), false} : argument(line, project);
}

}  // namespace

Completions completions_of(std::vector<std::string> words, const EnvironmentMap& environment) {
  const std::string typed = words.empty() ? "" : words.back();
  if (!words.empty()) words.pop_back();
  for (int aliases = 0; aliases <= most_aliases; ++aliases) {
    const LineBefore line = read_line_before(words);
    if (!line.understood) return {};
    const auto destination = line.destination ? std::optional(Destination(*line.destination)) : std::nullopt;
    CompletionProject project(line.config_file, destination, environment);
    if (!line.unknown_command) return completions_behind(line, typed, project);
    const std::optional<std::string> meaning = project.alias(words[*line.unknown_command]);
    const auto instead = meaning ? shell_split(*meaning) : std::nullopt;
    if (!instead) return {};
    const auto unknown = words.begin() + static_cast<std::ptrdiff_t>(*line.unknown_command);
    words.insert(words.erase(unknown), instead->begin(), instead->end());
  }
  return {};
}

}  // namespace kamal::cli
