#include "kamal/commands/exec_args.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
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
