#include "secrets/command_substitution.h"

#include <algorithm>
#include <stdexcept>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/time_limit.h"
#include "kamal/support/utf8.h"

namespace kamal {
namespace {

// The command may have secrets in it: sh gets it through the environment, which others can't read as they can
// the argument list, and its own commands don't inherit it.
constexpr const char* read_command_from_environment =
    "eval \"unset KAMAL_SECRETS_COMMAND\n$KAMAL_SECRETS_COMMAND\"";

bool is_operator(const std::string& word) {
  return word == "|" || word == "||" || word == "&&" || word == ";" || word == ">" || word == "<";
}

// The words behind `kamal` of a command that this process answers itself. A pipe needs a shell.
std::optional<std::vector<std::string>> inline_words(const std::string& command) {
  const std::string stripped = strip(command);
  if (!stripped.starts_with("kamal")) return std::nullopt;
  auto words = shell_split(stripped);
  if (!words) throw std::runtime_error("the quotes of its kamal command are not balanced");
  if (words->size() < 3 || (*words)[0] != "kamal" || (*words)[1] != "secrets") return std::nullopt;
  if (std::any_of(words->begin(), words->end(), is_operator)) return std::nullopt;
  words->erase(words->begin());
  return words;
}

std::string seconds_of(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " seconds";
}

}  // namespace

std::string CommandSubstitution::output_of(const std::string& command, const std::string& name) const {
  std::string output;
  if (const auto words = context_.inline_kamal ? inline_words(command) : std::nullopt) {
    output = context_.inline_kamal(*words);
  } else {
    output = run(command, name);
  }
  if (!is_utf8_text(output))
    throw std::runtime_error(name + " printed bytes that are no UTF-8 text; base64 would make them so");
  return chomp(output);
}

std::string CommandSubstitution::run(const std::string& command, const std::string& name) const {
  if (context_.processes == nullptr) throw std::runtime_error(name + " can't be run here");
  Process process;
  process.argv = {"sh", "-c", read_command_from_environment};
  process.environment = context_.environment;
  process.env.emplace_back("KAMAL_SECRETS_COMMAND", command);
  process.timeout = secrets_time_limit(context_.environment);
  process.most_output = max_program_output;
  process.terminal = Terminal::shared;
  const ProcessResult result = context_.processes->run(process);
  if (result.said_too_much) throw std::runtime_error(name + " printed more than 16 MB");
  if (result.timed_out)
    throw std::runtime_error(name + " took longer than " + seconds_of(*process.timeout) +
                             " (set KAMAL_SECRETS_TIMEOUT to allow more)");
  if (!result.ok())
    throw std::runtime_error(name + " failed with exit status " + std::to_string(result.status) +
                             (result.status == 127 ? " (command not found)" : ""));
  return result.out;
}

std::string name_of_command(std::string_view command) {
  const std::string stripped = strip(command);
  const std::string program = stripped.substr(0, stripped.find_first_of(" \t\n"));
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  if (program.empty() || program.size() > 60 || program.find_first_not_of(plain) != std::string::npos)
    return "the command";
  return "the command `" + program + "`";
}

}  // namespace kamal
