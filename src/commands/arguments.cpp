#include "commands/arguments.h"

#include <stdexcept>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

// $NAME as ${NAME}, which is the form that stays an expansion between quotes.
std::string braced(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (text[at] != '$' || at + 1 == text.size() || !is_name_character(text[at + 1]) ||
        is_digit(text[at + 1]))
      continue;
    out += '{';
    while (at + 1 < text.size() && is_name_character(text[at + 1])) out += text[++at];
    out += '}';
  }
  return out;
}

Argument assignment(const std::string& name, const std::optional<std::string>& value) {
  return value ? Argument::expanding(name + "=" + on_one_line(*value)) : Argument(name);
}

}  // namespace

Argument raw_word(std::string_view given) {
  const std::string text = replace_all(given, "$(pwd)", "$PWD");
  const bool home = text == "~" || text.starts_with("~/");
  return word((home ? "${HOME}" : "") + braced(home ? text.substr(1) : text));
}

std::string on_one_line(std::string_view value) { return replace_all(value, "\n", "\\n"); }

Arguments option_arguments(const config::DockerOptions& options) {
  Arguments arguments;
  for (const config::DockerOption& option : options) {
    arguments.emplace_back("--" + option.name);
    if (!option.value.value_or("").empty())
      arguments.push_back(Argument::expanding(on_one_line(*option.value)));
  }
  return arguments;
}

Arguments label_arguments(const config::Labels& labels) {
  Arguments arguments;
  for (const config::Label& label : labels) {
    arguments.insert(arguments.end(), {"--label", assignment(label.name, label.value)});
  }
  return arguments;
}

Arguments logging_arguments(const config::Logging& logging) {
  if (!logging.driver && logging.options.empty()) return {"--log-opt", "max-size=10m"};
  Arguments arguments;
  if (logging.driver) arguments = {"--log-driver", Argument::expanding(*logging.driver)};
  for (const config::DockerOption& option : logging.options) {
    arguments.insert(arguments.end(), {"--log-opt", assignment(option.name, option.value)});
  }
  return arguments;
}

Arguments env_arguments(const NameValues& clear) {
  Arguments arguments;
  for (const auto& [name, value] : clear) {
    const auto text = strip(value).empty() ? std::nullopt : std::optional(value);
    arguments.insert(arguments.end(), {"--env", assignment(name, text)});
  }
  return arguments;
}

Arguments env_arguments(const NameValues& clear, const std::string& secrets_file) {
  Arguments arguments = env_arguments(clear);
  arguments.insert(arguments.end(), {"--env-file", secrets_file});
  return arguments;
}

Arguments volume_arguments(const std::vector<std::string>& volumes) {
  Arguments arguments;
  for (const std::string& volume : volumes) arguments.insert(arguments.end(), {"--volume", raw_word(volume)});
  return arguments;
}

Arguments cmd_arguments(const std::optional<std::string>& cmd, std::string_view key) {
  const std::string text = strip(cmd.value_or(""));
  if (text.empty()) return {};
  if (!shell_split(text)) throw std::invalid_argument(std::string(key) + ": unterminated quote in: " + text);
  return {Argument::syntax(text)};
}

Arguments timestamps_argument(const LogOptions& options) {
  return options.timestamps == Timestamps::show ? Arguments{"--timestamps"} : Arguments{};
}

Arguments since_arguments(const LogOptions& options) {
  return options.since ? Arguments{"--since", *options.since} : Arguments{};
}

Arguments tail_arguments(const LogOptions& options) {
  return options.lines ? Arguments{"--tail", *options.lines} : Arguments{};
}

Arguments interaction_arguments(Interaction interaction) {
  switch (interaction) {
    case Interaction::none:
      return {};
    case Interaction::pipe:
      return {"-i"};
    case Interaction::terminal:
      return {"-it"};
  }
  return {};
}

Arguments words(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace kamal::commands
