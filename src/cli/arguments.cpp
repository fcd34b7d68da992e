#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "cli/option_words.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

std::string underscored(const std::string& name) { return replace_all(name, "-", "_"); }

// --name, --na-me, -n; for flags --no-name too.
std::string names_of(const OptionSpec& option) {
  std::string names = "--" + option.name;
  if (dashed(option.name) != option.name) names += ",--" + dashed(option.name);
  if (option.letter != 0) names += std::string(",-") + option.letter;
  if (option.kind != Kind::flag) return names;
  names += ",!--no-" + dashed(option.name);
  if (dashed(option.name) != option.name) names += ",!--no-" + option.name + ",!--no_" + option.name;
  return names;
}

bool names(const std::string& word, const OptionSpec& option) {
  return word == "--" + option.name || word == "--" + dashed(option.name) ||
         (option.letter != 0 && word == std::string("-") + option.letter);
}

}  // namespace

std::vector<OptionSpec> options_of(const CommandSpec& command) {
  std::vector<OptionSpec> options = global_options();
  // A command's own option hides a global one's letter (-p, -s ...), as Thor does it.
  for (const OptionSpec& own : command.options) {
    for (OptionSpec& other : options) {
      if (own.letter != 0 && other.letter == own.letter) other.letter = 0;
    }
    options.push_back(own);
  }
  return options;
}

const OptionSpec* option_named(const std::string& word, const std::vector<OptionSpec>& options) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionSpec& option) { return names(word, option); });
  return found == options.end() ? nullptr : &*found;
}

namespace {

// `-h=HOSTS` and `--env=A:1` become two words each, so that what follows need not know of them. A value that
// looks like an option (`--grep-options=-c`) stays with its name.
std::vector<std::string> without_equals_signs(const std::vector<std::string>& words,
                                              const std::vector<OptionSpec>& options) {
  std::vector<std::string> split;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const OptionSpec* const option = equals == std::string::npos ? nullptr : option_named(name, options);
    if (option && option->kind != Kind::flag && word.compare(equals + 1, 1, "-") != 0) {
      split.insert(split.end(), {name, word.substr(equals + 1)});
    } else {
      split.push_back(word);
    }
  }
  return split;
}

// `-e A:1 B:2` becomes `-e A:1 -e B:2`: pairs end at the first word without a colon, lists at the next
// option. Throws UsageError where an option stands in the place of a value.
std::vector<std::string> spread_out(const std::vector<std::string>& words,
                                    const std::vector<OptionSpec>& options) {
  std::vector<std::string> spread;
  for (size_t i = 0; i < words.size(); ++i) {
    spread.push_back(words[i]);
    const OptionSpec* const option = option_named(words[i], options);
    if (!option || option->kind == Kind::flag || i + 1 == words.size()) continue;
    const std::string name = words[i];
    spread.push_back(words[++i]);
    if (option_named(words[i], options)) {
      throw UsageError(fmt::format("{} takes a value, and there is the option {} instead", name, words[i]));
    }
    while (takes_several(*option) && i + 1 < words.size() && !words[i + 1].starts_with('-') &&
           (option->kind == Kind::list || words[i + 1].find(':') != std::string::npos)) {
      spread.push_back(name);
      spread.push_back(words[++i]);
    }
  }
  return spread;
}

std::string command_words(const std::vector<std::string>& path) { return "kamal " + join(path, " "); }

void check_number(const OptionSpec& option, const std::vector<std::string>& values) {
  if (option.kind != Kind::number) return;
  for (const std::string& value : values) {
    const std::string digits = value.starts_with('-') ? value.substr(1) : value;
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
      throw UsageError(fmt::format("--{} takes a number, not \"{}\"", dashed(option.name), value));
    }
  }
}

void check_options(const Invocation& invocation) {
  if (invocation.command->passes_options_on) return;
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
  if (count >= command.least_arguments && count <= command.most_arguments) return;
  const std::string usage = words + (command.arguments.empty() ? "" : " " + command.arguments);
  throw UsageError(count < command.least_arguments
                       ? fmt::format("{} needs more arguments. Usage: {}", words, usage)
                       : fmt::format("{} does not take the argument \"{}\". Usage: {}", words,
                                     invocation.arguments[command.most_arguments], usage));
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
    const std::vector<std::string> values = parsed.results();
    check_number(option, values);
    options.set(option.name, values);
  } else if (!option.default_value.empty()) {
    options.set(option.name, {option.default_value});
  } else if (option.required) {
    throw UsageError(fmt::format("--{} is required", dashed(option.name)));
  }
}

std::vector<CLI::Option*> add_options(CLI::App& app, const std::vector<OptionSpec>& options) {
  std::vector<CLI::Option*> added;
  for (const OptionSpec& option : options) {
    if (option.kind == Kind::flag) {
      added.push_back(app.add_flag(names_of(option)));
    } else {
      added.push_back(app.add_option(names_of(option))->take_all()->expected(1));
    }
  }
  return added;
}

// Takes the options in front of the command, with their values, off the words.
std::vector<std::string> take_options_in_front(std::vector<std::string>& words) {
  std::vector<std::string> options;
  while (!words.empty() && words[0].starts_with('-')) {
    const OptionSpec* const option = option_named(words[0], global_options());
    const bool has_value = words.size() > 1 && option && option->kind != Kind::flag;
    const auto end = words.begin() + (has_value ? 2 : 1);
    options.insert(options.end(), words.begin(), end);
    words.erase(words.begin(), end);
  }
  return options;
}

// `kamal app help exec` is `kamal app exec --help`.
void ask_for_help_by_option(std::vector<std::string>& words) {
  words[0] = "--help";
  if (words.size() > 1) std::swap(words[0], words[1]);
}

std::string no_such_command(const std::vector<std::string>& path, const std::string& word) {
  const std::string words = command_words(path);
  return fmt::format("{} has no command \"{}\" (see `{} --help`)", words, word, words);
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
    if (wanted.empty() || command.hidden || command.only_whole_name) continue;
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
  words = spread_out(without_equals_signs(words, options), options);
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

ParsedLine parse_line(std::vector<std::string> words) {
  const std::vector<std::string> in_front = take_options_in_front(words);
  const CommandSpec* command = &command_table();
  std::vector<std::string> path;
  while (command->group() && !words.empty() && !words[0].starts_with('-')) {
    if (!path.empty() && words[0] == "help") {
      ask_for_help_by_option(words);
      continue;
    }
    const CommandSpec* const next = find_command(*command, words[0]);
    if (!next && path.empty()) return unknown_command(words, in_front);
    if (!next) throw UsageError(no_such_command(path, words[0]));
    path.push_back(next->name);
    command = next;
    words.erase(words.begin());
  }
  if (command->group()) return help_of(*command, std::move(path));
  words.insert(words.begin(), in_front.begin(), in_front.end());
  ParsedLine line;
  line.invocation = parse_command(*command, std::move(path), std::move(words));
  return line;
}

}  // namespace kamal::cli
