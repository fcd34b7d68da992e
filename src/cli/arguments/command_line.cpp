#include "cli/arguments/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/command_table.h"
#include "cli/selection.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

// `--name=VALUE`, split.
struct NameAndValue {
  explicit NameAndValue(const std::string& arg) : name(arg.substr(0, arg.find('='))) {
    if (name.size() < arg.size()) value = arg.substr(name.size() + 1);
  }

  std::string name;
  std::optional<std::string> value;
};

std::optional<bool> parse_bool(const std::string& text) {
  constexpr std::array<std::string_view, 4> yes = {"true", "TRUE", "t", "T"},
                                            no = {"false", "FALSE", "f", "F"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), text) != no.end()) return false;
  return std::nullopt;
}

// The suffix of an error about an unknown command or option.
std::string suggestion_or_help(const std::string& name, const std::vector<std::string>& names,
                               const std::vector<std::string>& path) {
  return suggestion(name, names, fmt::format("see `{} --help`", full_name(path)));
}

std::vector<std::string> shown_names(const CommandSpec& group) {
  return mapped(commands_of(group, Visibility::shown), &CommandSpec::name);
}

std::string unknown_subcommand(const CommandSpec& group, const std::vector<std::string>& path,
                               const std::string& name) {
  return fmt::format("Unknown command \"{}\" for {}{}", name, full_name(path),
                     suggestion_or_help(name, shown_names(group), path));
}

std::string unknown_option_text(const std::string& arg, const CommandSpec& command,
                                const std::vector<std::string>& path) {
  const std::string name = dashed(NameAndValue(arg).name);
  std::vector<std::string> names;
  for (const OptionSpec& option : visible(options_of(command))) {
    names.push_back("--" + dashed(option.name));
    if (option.kind == Kind::flag && name.starts_with("--no-"))
      names.push_back("--no-" + dashed(option.name));
  }
  return fmt::format("Unknown option {} for {}{}", arg, full_name(path),
                     suggestion_or_help(name, names, path));
}

// Thor's rules, which no command line library supports: global options anywhere, `--no-x` and
// `--skip-x`, flags that take `true` and `false`, lists up to the next option, pairs up to the first argument
// without a colon, and unknown options of `exec` forwarded to the command that it runs.
class Reader {
 public:
  explicit Reader(std::vector<std::string> args) : args_(std::move(args)) {}

  CommandLine read() {
    while (line_.command && next_ < args_.size() && !line_.options_ended) {
      const std::string arg = args_[next_++];
      if (arg == "--") {
        end_options();
      } else if (arg.size() > 1 && arg[0] == '-') {
        take_option(arg);
      } else if (names_command()) {
        take_command(arg);
      } else {
        line_.arguments.push_back(arg);
      }
    }
    return std::move(line_);
  }

 private:
  bool names_command() const { return line_.command->group() && !line_.unknown_command; }

  void end_options() {
    line_.options_ended = true;
    line_.arguments.insert(line_.arguments.end(), position(), args_.end());
  }

  std::vector<std::string>::iterator position() { return args_.begin() + static_cast<std::ptrdiff_t>(next_); }

  void fail(std::string error) {
    if (!line_.error) line_.error = std::move(error);
  }

  void take_command(const std::string& name) {
    if (line_.path.empty()) {
      line_.alias_args.assign(args_.begin(), position() - 1);
      line_.alias_args.insert(line_.alias_args.end(), position(), args_.end());
    } else if (name == "help") {  // `kamal app help exec` is `kamal app exec --help`
      return line_.options.add("help", "true");
    }
    try {
      descend(find_command(*line_.command, name), name);
    } catch (const UsageError& ambiguous) {
      line_.command = nullptr;
      fail(ambiguous.what());
    }
  }

  void descend(const CommandSpec* command, const std::string& name) {
    if (!command && line_.path.empty()) {
      line_.unknown_command = name;
      return;
    }
    if (!command) {
      fail(unknown_subcommand(*line_.command, line_.path, name));
    } else {
      line_.path.push_back(command->name);
      options_ = options_of(*command);
    }
    line_.command = command;
    if (command && !command->group()) args_.insert(position(), early_options_.begin(), early_options_.end());
  }

  void take_option(const std::string& arg) {
    const NameAndValue given(arg);
    const OptionSpec* const option = find_option(given.name, options_);
    if (option && option->kind == Kind::flag) {
      take_flag(*option, given);
    } else if (option) {
      take_values(*option, given);
    } else if (const OptionSpec* const negated = find_negated(given.name)) {
      if (given.value) fail(fmt::format("{} does not take a value, got \"{}\"", given.name, *given.value));
      line_.options.add(negated->name, "false");
    } else if (arg[1] == '-') {
      take_unknown(arg);
    } else {
      take_cluster(arg);
    }
  }

  // The flag that --no-name or --skip-name turns off.
  const OptionSpec* find_negated(const std::string& name) const {
    for (const std::string_view prefix : {"--no-", "--no_", "--skip-", "--skip_"}) {
      if (!name.starts_with(prefix)) continue;
      const OptionSpec* const option = find_option("--" + name.substr(prefix.size()), options_);
      if (option && option->kind == Kind::flag) return option;
    }
    return nullptr;
  }

  // `-v`, `-v=true` or `-v true`; the last one not if the next argument may belong to the command that `exec`
  // runs.
  void take_flag(const OptionSpec& option, NameAndValue given) {
    const bool may_follow = names_command() || !forwards_options();
    if (!given.value && may_follow && next_ < args_.size() && parse_bool(args_[next_])) {
      given.value = args_[next_];
      args_[next_ - 1] += "=" + args_[next_];  // an alias may forward options
      args_.erase(position());
    }
    const std::optional<bool> value = parse_bool(given.value.value_or("true"));
    if (!value) fail(fmt::format("{} must be true or false, not \"{}\"", given.name, *given.value));
    line_.options.add(option.name, value.value_or(false) ? "true" : "false");
  }

  void take_values(const OptionSpec& option, const NameAndValue& given) {
    if (!given.value && (next_ == args_.size() || args_[next_] == "--")) {
      if (next_ == args_.size()) line_.awaiting = option;
      return fail(fmt::format("{} requires a value", given.name));
    }
    if (!given.value && find_option(args_[next_], options_)) {
      return fail(fmt::format("{} requires a value, got option {}", given.name, args_[next_]));
    }
    line_.options.add(option.name, given.value ? *given.value : args_[next_++]);
    while (takes_several(option) && next_ < args_.size() && !args_[next_].starts_with('-') &&
           (option.kind == Kind::list || args_[next_].find(':') != std::string::npos)) {
      line_.options.add(option.name, args_[next_++]);
    }
  }

  // -vP, -vd DEST or -dDEST
  void take_cluster(const std::string& arg) {
    for (size_t i = 1; i < arg.size(); ++i) {
      NameAndValue given(std::string("-") + arg[i]);
      const OptionSpec* const option = find_option(given.name, options_);
      if (!option) return take_unknown("-" + arg.substr(i));
      if (option->kind != Kind::flag) {
        if (i + 1 < arg.size()) given.value = arg.substr(i + 1);
        return take_values(*option, given);
      }
      line_.options.add(option->name, "true");
    }
  }

  bool forwards_options() const { return line_.unknown_command || line_.command->forwards_unknown_options; }

  void take_unknown(const std::string& arg) {
    if (names_command()) {  // the next command may have it
      early_options_.push_back(arg);
      return;
    }
    if (!forwards_options() && !line_.unknown_option) line_.unknown_option = arg;
    line_.arguments.push_back(arg);
  }

  std::vector<std::string> args_;
  size_t next_ = 0;
  std::vector<std::string> early_options_;
  std::vector<OptionSpec> options_ = options_of(command_table());
  CommandLine line_;
};

void check_arguments(const Invocation& invocation) {
  const CommandSpec& command = *invocation.command;
  const size_t count = invocation.arguments.size();
  if (count >= command.min_args && count <= command.max_args) return;
  const std::string usage = usage_of(command, invocation.path);
  throw UsageError(count < command.min_args ? fmt::format("Missing argument. Usage: {}", usage)
                                            : fmt::format("Unexpected argument \"{}\". Usage: {}",
                                                          invocation.arguments[command.max_args], usage));
}

}  // namespace

std::optional<std::string> Invocation::subcommand_name() const {
  if (path.size() < 2) return std::nullopt;
  return path[1];
}

Invocation CommandLine::invocation() const {
  const bool nothing_to_run = command && command->group();
  if (error && !nothing_to_run) throw UsageError(*error);
  Invocation result{.path = path,
                    .command = command,
                    .options = options,
                    .arguments = arguments,
                    .help = nothing_to_run || options.flag("help")};
  if (result.help) return result;
  for (const OptionSpec& option : options_of(*command)) {
    result.options.complete(option);
    if (option.required && !options.is_set(option.name)) {
      throw UsageError(fmt::format("Missing --{}. Usage: {}", dashed(option.name), usage_of(*command, path)));
    }
  }
  if (unknown_option) throw UsageError(unknown_option_text(*unknown_option, *command, path));
  check_arguments(result);
  return result;
}

CommandLine read_command_line(std::vector<std::string> args) {
  if (args == std::vector<std::string>{"--version"}) args = {"version"};
  return Reader(std::move(args)).read();
}

const CommandSpec* find_command(const CommandSpec& group, const std::string& name) {
  const std::string wanted = replace_all(name, "-", "_");
  if (const CommandSpec* exact = group.find(wanted)) return exact;
  std::vector<std::string> matches;
  for (const CommandSpec& command : group.commands) {
    if (wanted.empty() || command.hidden || command.no_prefix_match) continue;
    if (command.name.starts_with(wanted)) matches.push_back(command.name);
  }
  if (matches.size() > 1) {
    throw UsageError(fmt::format("Ambiguous command \"{}\": {}", name, to_sentence(matches)));
  }
  return matches.empty() ? nullptr : group.find(matches[0]);
}

bool resembles_command(const std::string& name) {
  return !did_you_mean(name, shown_names(command_table())).empty();
}

std::string unknown_command_text(const std::string& name, const Value* aliases) {
  std::vector<std::string> names = shown_names(command_table());
  if (aliases && aliases->is_map()) {
    for (const auto& [alias, command] : aliases->map()) names.push_back(alias);
  }
  return fmt::format("Could not find command \"{}\"{}", name, suggestion_or_help(name, names, {}));
}

std::vector<std::string> expand_alias(const std::string& name, const std::vector<std::string>& alias_args,
                                      const Value& raw_configuration, std::vector<std::string>& seen) {
  const Value* const aliases = raw_configuration.find("aliases");
  const Value* const command = aliases ? aliases->find(name) : nullptr;
  if (!command || !command->is_scalar()) throw UsageError(unknown_command_text(name, aliases));
  if (contains(seen, name)) {
    throw UsageError(fmt::format("Alias \"{}\" is circular: {} -> {}", name, join(seen, " -> "), name));
  }
  seen.push_back(name);
  std::optional<std::vector<std::string>> args = shell_split(command->text());
  if (!args || args->empty()) {
    throw UsageError(fmt::format("Alias \"{}\" is not a command line: {}", name, command->text()));
  }
  args->insert(args->end(), alias_args.begin(), alias_args.end());
  return *args;
}

}  // namespace kamal::cli
