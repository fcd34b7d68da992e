#include "cli/main/completion_line.h"

#include <algorithm>

#include "cli/option_words.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

class Reader {
 public:
  void take(const std::string& word) {
    ++words_;
    if (line_.only_arguments) {
      take_argument(word);
    } else if (line_.awaited) {
      take_value(*line_.awaited, word);
      line_.awaited.reset();
    } else if (word == "--") {
      line_.only_arguments = true;
    } else if (word.size() > 1 && word[0] == '-') {
      take_option(word);
    } else {
      take_argument(word);
    }
  }

  LineBefore line() { return std::move(line_); }

 private:
  void take_option(const std::string& word) {
    const std::vector<OptionSpec> options = options_behind(line_);
    const size_t equals = word.find('=');
    if (const OptionSpec* option = option_named(word.substr(0, equals), options)) {
      if (option->kind == Kind::flag) return;
      if (equals == std::string::npos) {
        line_.awaited = *option;
      } else {
        take_value(*option, word.substr(equals + 1));
      }
    } else if (!word.starts_with("--")) {
      take_letters(word, options);
    }
  }

  // -vP, -vd DEST or -dDEST
  void take_letters(const std::string& word, const std::vector<OptionSpec>& options) {
    for (size_t i = 1; i < word.size(); ++i) {
      const OptionSpec* const option = option_named(std::string("-") + word[i], options);
      if (!option) return;
      if (option->kind == Kind::flag) continue;
      if (i + 1 == word.size()) {
        line_.awaited = *option;
      } else {
        take_value(*option, word.substr(i + 1));
      }
      return;
    }
  }

  void take_value(const OptionSpec& option, const std::string& value) {
    if (option.name == "config_file") line_.config_file = value;
    if (option.name == "destination") line_.destination = value;
  }

  void take_argument(const std::string& word) {
    if (line_.unknown_command) {
      ++line_.arguments;
    } else if (!line_.command->group()) {
      ++line_.arguments;
      if (line_.helping) line_.understood = false;
    } else if (word == "help") {
      line_.helping = true;
    } else {
      descend(word);
    }
  }

  void descend(const std::string& word) {
    try {
      const CommandSpec* const next = find_command(*line_.command, word);
      if (next) {
        line_.command = next;
        return;
      }
    } catch (const UsageError&) {  // it could be several
    }
    if (line_.command == &command_table() && !line_.helping) {
      line_.unknown_command = words_ - 1;
    } else {
      line_.understood = false;
    }
  }

  LineBefore line_;
  size_t words_ = 0;
};

}  // namespace

std::vector<OptionSpec> options_behind(const LineBefore& line) {
  if (line.helping) return options_of(*command_table().find("help"));
  return options_of(*line.command);
}

LineBefore read_line_before(const std::vector<std::string>& words) {
  Reader reader;
  for (const std::string& word : words) reader.take(word);
  return reader.line();
}

}  // namespace kamal::cli
