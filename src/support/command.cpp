#include "kamal/support/command.h"

#include <algorithm>

#include "kamal/support/quoting.h"

namespace kamal {

std::string Argument::shell_text() const {
  switch (kind_) {
    case Kind::syntax:
      return text_;
    case Kind::expanding:
      return shell_quote_expanding(text_);
    case Kind::word:
    case Kind::sensitive:
      break;
  }
  return shell_quote(text_);
}

std::string Argument::display() const {
  return kind_ == Kind::sensitive || !redaction_.empty() ? redaction_ : shell_text();
}

Command question(Command command) { return std::move(command.asks()); }

Command& Command::add(Argument argument) {
  arguments_.push_back(std::move(argument));
  return *this;
}

Command& Command::add(const Arguments& arguments) {
  arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
  return *this;
}

Command& Command::add(const Command& command) {
  add(command.arguments_);
  if (!input_) input_ = command.input_;
  env_.insert(env_.end(), command.env_.begin(), command.env_.end());
  return *this;
}

Command& Command::with_input(std::string input) {
  input_ = std::move(input);
  return *this;
}

Command& Command::with_env(std::string name, std::string value) {
  env_.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string Command::shell_text() const {
  std::string text;
  for (const Argument& argument : arguments_) text += (text.empty() ? "" : " ") + argument.shell_text();
  return text;
}

std::string Command::display() const {
  std::string text;
  for (const Argument& argument : arguments_) text += (text.empty() ? "" : " ") + argument.display();
  return text;
}

std::optional<std::vector<std::string>> Command::as_argv() const {
  std::vector<std::string> words;
  for (const Argument& argument : arguments_) {
    if (argument.kind() == Argument::Kind::syntax || argument.kind() == Argument::Kind::expanding)
      return std::nullopt;
    words.push_back(argument.text());
  }
  return words;
}

Command combine(const std::vector<Command>& commands, std::string_view by) {
  Command combined;
  for (const Command& command : commands) {
    if (command.empty()) continue;
    if (!combined.empty()) combined.add(Argument::syntax(std::string(by)));
    combined.add(command);
  }
  return combined;
}

Command append_to(Command command, std::string file) {
  return std::move(command.add(Argument::syntax(">>")).add(Argument(std::move(file))));
}

Command write_to(Command command, std::string file) {
  return std::move(command.add(Argument::syntax(">")).add(Argument(std::move(file))));
}

Command in_shell(const Command& command) { return {"sh", "-c", command.shell_text()}; }

Argument substitute(const Command& command) { return Argument::syntax("$(" + command.shell_text() + ")"); }

}  // namespace kamal
