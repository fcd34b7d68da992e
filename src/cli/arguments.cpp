#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "cli/option_words.h"
#include "cli/reference/words.h"
#include "cli/written_options.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

std::string underscored(const std::string& name) { return replace_all(name, "-", "_"); }

}  // namespace

std::vector<OptionSpec> options_of(const CommandSpec& command) {
  std::vector<OptionSpec> options = global_options();
  // A command's own option hides a global one's short name (-p, -s ...), as Thor does it.
  for (const OptionSpec& own : command.options) {
    for (OptionSpec& other : options) {
      if (own.short_name != 0 && other.short_name == own.short_name) other.short_name = 0;
    }
    options.push_back(own);
  }
  return options;
}

namespace {

std::string command_words(const std::vector<std::string>& path) { return "kamal " + join(path, " "); }

// A number as the rest of the program reads it. Seconds may have a fraction.
std::string number_from(const OptionSpec& option, const std::string& value) {
  const std::string number = value.starts_with('+') ? value.substr(1) : value;
  const std::string digits = number.starts_with('-') && number == value ? number.substr(1) : number;
  const size_t point = option.kind == Kind::seconds ? digits.find('.') : std::string::npos;
  const std::string whole = digits.substr(0, point);
  const std::string fraction = point == std::string::npos ? whole : digits.substr(point + 1);
  const bool understood =
      !fraction.empty() && (whole + fraction).find_first_not_of("0123456789") == std::string::npos;
  if (understood) return number;
  throw UsageError(fmt::format("--{} takes a number, not \"{}\"", dashed(option.name), value));
}

void check_options(const Invocation& invocation) {
  if (invocation.command->forwards_unknown_options) return;
  const std::string words = command_words(invocation.path);
  for (const std::string& argument : invocation.arguments) {
    if (argument.size() > 1 && argument[0] == '-') {
      throw UsageError(fmt::format("{} has no option {} (see `{} --help`)", words, argument, words));
    }
  }
}

void check_arguments(const Invocation& invocation) {
  const CommandSpec& command = *invocation.command;
  const std::string words = command_words(invocation.path);
  const size_t count = invocation.arguments.size();
  if (count >= command.min_args && count <= command.max_args) return;
  const std::string usage = usage_of(command, invocation.path);
  throw UsageError(count < command.min_args
                       ? fmt::format("{} needs more arguments. Usage: {}", words, usage)
                       : fmt::format("{} does not take the argument \"{}\". Usage: {}", words,
                                     invocation.arguments[command.max_args], usage));
}

// Those behind `--`, which are no options whatever they look like.
std::vector<std::string> take_plain_words(std::vector<std::string>& words) {
  const auto mark = std::find(words.begin(), words.end(), "--");
  if (mark == words.end()) return {};
  std::vector<std::string> plain(mark + 1, words.end());
  words.erase(mark, words.end());
  return plain;
}

void take_values(const OptionSpec& option, const CLI::Option& parsed, Options& options) {
  if (parsed.count() > 0) {
    std::vector<std::string> values = parsed.results();
    if (takes_number(option)) {
      for (std::string& value : values) value = number_from(option, value);
    }
    options.set(option.name, std::move(values));
  } else if (!option.default_value.empty()) {
    options.set(option.name, {option.default_value});
  } else if (option.required) {
    throw UsageError(fmt::format("--{} is required", dashed(option.name)));
  }
}

// --name, --na-me, -n; for flags --no-na-me too.
std::string names_of(const OptionSpec& option) {
  std::string names = "--" + option.name;
  if (dashed(option.name) != option.name) names += ",--" + dashed(option.name);
  if (option.short_name != 0) names += std::string(",-") + option.short_name;
  return option.kind == Kind::flag ? names + ",!--no-" + dashed(option.name) : names;
}

std::vector<CLI::Option*> add_options(CLI::App& app, const std::vector<OptionSpec>& options) {
  std::vector<CLI::Option*> added;
  for (const OptionSpec& option : options) {
    if (option.kind == Kind::flag) {
      added.push_back(app.add_flag(names_of(option))->disable_flag_override());
    } else {
      added.push_back(app.add_option(names_of(option))->take_all()->expected(1));
    }
  }
  return added;
}

std::string no_such_command(const CommandSpec& group, const std::vector<std::string>& path,
                            const std::string& word) {
  const std::string words = command_words(path);
  std::vector<std::string> names;
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) names.push_back(command.name);
  const std::string meant = nearest(word, names);
  return fmt::format("{} has no command \"{}\"{}", words, word,
                     meant.empty() ? fmt::format(" (see `{} --help`)", words)
                                   : fmt::format(". Did you mean \"{}\"?", meant));
}

ParsedLine unknown_command(const std::vector<std::string>& words, const std::vector<std::string>& in_front) {
  ParsedLine unknown;
  unknown.unknown_command = words[0];
  unknown.words_behind_it = in_front;
  unknown.words_behind_it.insert(unknown.words_behind_it.end(), words.begin() + 1, words.end());
  return unknown;
}

// A group has nothing to run.
ParsedLine help_of(const CommandSpec& group, std::vector<std::string> path) {
  ParsedLine line;
  line.invocation.path = std::move(path);
  line.invocation.command = &group;
  line.invocation.help = true;
  return line;
}

}  // namespace

std::optional<std::string> Invocation::subcommand_name() const {
  if (path.size() < 2) return std::nullopt;
  return path[1];
}

const CommandSpec* find_command(const CommandSpec& group, const std::string& word) {
  const std::string wanted = underscored(word);
  if (const CommandSpec* exact = group.find(wanted)) return exact;
  std::vector<std::string> beginnings;
  for (const CommandSpec& command : group.commands) {
    if (wanted.empty() || command.hidden || command.no_prefix_match) continue;
    if (command.name.starts_with(wanted)) beginnings.push_back(command.name);
  }
  if (beginnings.size() > 1) {
    throw UsageError(fmt::format("\"{}\" could be {}", word, to_sentence(beginnings)));
  }
  return beginnings.empty() ? nullptr : group.find(beginnings[0]);
}

Invocation parse_command(const CommandSpec& command, std::vector<std::string> path,
                         std::vector<std::string> words) {
  Invocation invocation{
      .path = std::move(path), .command = &command, .options = {}, .arguments = {}, .help = false};
  const std::vector<OptionSpec> options = options_of(command);
  const std::vector<std::string> plain = take_plain_words(words);

  CLI::App app;
  app.allow_extras();
  app.set_help_flag("");
  app.add_flag("--help", invocation.help);
  const std::vector<CLI::Option*> parsed = add_options(app, options);
  words = written_alike(
      words, options,
      command.forwards_unknown_options ? BehindASwitch::is_not_its_value : BehindASwitch::may_be_its_value);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}: {}", command_words(invocation.path), error.what()));
  }
  invocation.arguments = app.remaining();
  if (invocation.help) return invocation;
  for (size_t i = 0; i < options.size(); ++i) take_values(options[i], *parsed[i], invocation.options);
  check_options(invocation);
  invocation.arguments.insert(invocation.arguments.end(), plain.begin(), plain.end());
  check_arguments(invocation);
  return invocation;
}

ParsedLine parse_line(std::vector<std::string> words, OwnCommands own) {
  if (words == std::vector<std::string>{"--version"}) words = {"version"};
  std::vector<std::string> in_front;
  const CommandSpec* command = &command_table();
  std::vector<std::string> path;
  const auto take_in_front = [&] {
    const std::vector<std::string> options = take_options_in_front(words);
    in_front.insert(in_front.end(), options.begin(), options.end());
  };
  for (take_in_front(); command->group() && !words.empty(); take_in_front()) {
    const std::string word = words[0];
    if (!path.empty() && word == "help") {  // `kamal app help exec` is `kamal app exec --help`
      in_front.emplace_back("--help");
      words.erase(words.begin());
      continue;
    }
    const CommandSpec* const next = find_command(*command, word);
    const bool left_alone = next && next->no_prefix_match && own == OwnCommands::leave_to_aliases;
    if (path.empty() && (!next || left_alone)) return unknown_command(words, in_front);
    if (!next) throw UsageError(no_such_command(*command, path, word));
    path.push_back(next->name);
    command = next;
    words.erase(words.begin());
    if (!command->group()) break;
  }
  if (command->group()) return help_of(*command, std::move(path));
  words.insert(words.begin(), in_front.begin(), in_front.end());
  ParsedLine line;
  line.invocation = parse_command(*command, std::move(path), std::move(words));
  return line;
}

}  // namespace kamal::cli
