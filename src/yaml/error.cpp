#include "kamal/yaml/error.h"

#include <utility>

#include "kamal/support/strings.h"

namespace kamal {
namespace {

std::string text_of_all(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.text());
  return join(texts, "\n");
}

}  // namespace

std::string Problem::text() const {
  std::string text;
  if (!mark.file.empty()) {
    text += mark.file;
    if (mark.line > 0) text += ":" + std::to_string(mark.line);
    text += ": ";
  }
  if (!key.empty()) text += key + ": ";
  return text + message;
}

ConfigurationError::ConfigurationError(std::vector<Problem> problems)
    : std::runtime_error(text_of_all(problems)), problems_(std::move(problems)) {}

}  // namespace kamal
