#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

std::string dashed(const std::string& name) { return replace_all(name, "_", "-"); }
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

bool takes_several(const OptionSpec& option) {
  return option.kind == Kind::pairs || option.kind == Kind::list;
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

}  // namespace

bool Options::flag(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.empty() && found->second.back() != "false";
}

std::optional<std::string> Options::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty() || found->second.back().empty()) return std::nullopt;
  return found->second.back();
}

std::optional<long> Options::number(const std::string& name) const {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  try {
    return std::stol(*value);
  } catch (const std::out_of_range&) {
    throw UsageError(fmt::format("--{} is too large: {}", dashed(name), *value));
  }
}

std::vector<std::string> Options::list(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::pair<std::string, std::string>> Options::pairs(const std::string& name) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : list(name)) {
    const size_t colon = text.find(':');
    if (colon == std::string::npos) {
      throw UsageError(fmt::format("--{} takes NAME:VALUE, not \"{}\"", dashed(name), text));
    }
    pairs.emplace_back(text.substr(0, colon), text.substr(colon + 1));
  }
  return pairs;
}

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
  bool help = false;
  app.add_flag("--help", help);
  std::vector<CLI::Option*> parsed;
  for (const OptionSpec& option : options) {
    if (option.kind == Kind::flag) {
      parsed.push_back(app.add_flag(names_of(option)));
    } else {
      parsed.push_back(app.add_option(names_of(option))->take_all()->expected(1));
    }
  }
  words = spread_out(without_equals_signs(words, options), options);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}: {}", command_words(invocation.path), error.what()));
  }
  invocation.arguments = app.remaining();
  invocation.help = help;
  if (help) return invocation;
  for (size_t i = 0; i < options.size(); ++i) take_values(options[i], *parsed[i], invocation.options);
  check_options(invocation);
  invocation.arguments.insert(invocation.arguments.end(), plain.begin(), plain.end());
  check_arguments(invocation);
  return invocation;
}

ParsedLine parse_line(std::vector<std::string> words) {
  std::vector<std::string> before;  // options in front of the command
  while (!words.empty() && words[0].starts_with('-')) {
    const bool has_value =
        words.size() > 1 &&
        std::any_of(global_options().begin(), global_options().end(), [&](const OptionSpec& option) {
          return option.kind != Kind::flag && names(words[0], option);
        });
    const auto end = words.begin() + (has_value ? 2 : 1);
    before.insert(before.end(), words.begin(), end);
    words.erase(words.begin(), end);
  }
  const CommandSpec* command = &command_table();
  std::vector<std::string> path;
  while (command->group() && !words.empty() && !words[0].starts_with('-')) {
    const CommandSpec* next =
        words[0] == "help" && command != &command_table() ? nullptr : find_command(*command, words[0]);
    if (!next && path.empty()) {
      ParsedLine unknown;
      unknown.unknown_command = words[0];
      unknown.words_behind_it = before;
      unknown.words_behind_it.insert(unknown.words_behind_it.end(), words.begin() + 1, words.end());
      return unknown;
    }
    if (!next && words[0] == "help") {  // kamal app help exec
      words[0] = "--help";
      if (words.size() > 1) std::swap(words[0], words[1]);
      continue;
    }
    if (!next) {
      throw UsageError(fmt::format("{} has no command \"{}\" (see `{} --help`)", command_words(path),
                                   words[0], command_words(path)));
    }
    path.push_back(next->name);
    command = next;
    words.erase(words.begin());
  }
  if (command->group()) {  // nothing to run: its help
    ParsedLine line;
    line.invocation.path = std::move(path);
    line.invocation.command = command;
    line.invocation.help = true;
    return line;
  }
  words.insert(words.begin(), before.begin(), before.end());
  ParsedLine line;
  line.invocation = parse_command(*command, std::move(path), std::move(words));
  return line;
}

}  // namespace kamal::cli
