#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/commands/base.h"
#include "kamal/config/container.h"
#include "kamal/support/command.h"

namespace kamal::commands {

using NameValues = std::vector<std::pair<std::string, std::string>>;

// A text of deploy.yml that reaches the shell without quotes in Kamal: a leading ~/, $NAME and
// ${NAME} are still expanded by the server, everything else is literal.
Argument raw_word(std::string_view text);

// A value of deploy.yml as it arrives in the container: with \n in place of a line feed, as in Kamal.
std::string on_one_line(std::string_view value);

// --name value; a value may have ${...} for the server's shell. An empty value makes a flag, as in Kamal,
// where the shell drops it.
Arguments option_arguments(const config::DockerOptions& options);
Arguments label_arguments(const config::Labels& labels);
Arguments logging_arguments(const config::Logging& logging);
Arguments env_arguments(const NameValues& clear);
Arguments env_arguments(const NameValues& clear, const std::string& secrets_file);
Arguments volume_arguments(const std::vector<std::string>& volumes);
// A role's or accessory's `cmd` is shell text. Throws std::invalid_argument for an unterminated quote.
Arguments cmd_arguments(const std::optional<std::string>& cmd, std::string_view key);
Arguments interaction_arguments(Interaction interaction);
Arguments timestamps_argument(const LogOptions& options);
Arguments since_arguments(const LogOptions& options);
Arguments tail_arguments(const LogOptions& options);
Arguments words(const std::vector<std::string>& texts);

}  // namespace kamal::commands
