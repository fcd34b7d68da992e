#include "kamal/commands/exec_words.h"

#include <optional>
#include <stdexcept>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

// 'two words' and "two words" came through two shells in the reference, so one more pair of quotes goes.
std::string without_outer_quotes(const std::string& argument) {
  const bool quoted = argument.size() >= 2 && (argument.front() == '\'' || argument.front() == '"') &&
                      argument.back() == argument.front();
  if (!quoted) return argument;
  const auto split = shell_split(argument);
  return split && split->size() == 1 ? split->front() : argument;
}

}  // namespace

std::vector<std::string> exec_words(const std::vector<std::string>& arguments) {
  if (exec_text(arguments).empty()) throw std::invalid_argument("No command given: say what to execute");
  auto words = shell_split(arguments.front());
  if (!words) throw std::invalid_argument("A quote is never closed in: " + arguments.front());
  for (size_t i = 1; i < arguments.size(); ++i) words->push_back(without_outer_quotes(arguments[i]));
  return *std::move(words);
}

std::string exec_text(const std::vector<std::string>& arguments) {
  std::vector<std::string> stripped;
  for (const std::string& argument : arguments) stripped.push_back(strip(argument));
  return join(stripped, " ");
}

}  // namespace kamal::commands
