#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kamal {

// One part of a command line. Quoting happens in Command::shell_text() and nowhere else.
class Argument {
 public:
  enum class Kind {
    word,       // literal text, quoted for the shell
    syntax,     // unquoted shell text: &&, |, >, 2>&1, a loop
    expanding,  // a word in which the shell expands ${...}
    sensitive,  // redacted in output
  };

  // NOLINTBEGIN(google-explicit-constructor): a command reads as a list of words
  Argument(std::string text) : Argument(Kind::word, std::move(text)) {}
  Argument(std::string_view text) : Argument(Kind::word, std::string(text)) {}
  Argument(const char* text) : Argument(Kind::word, text) {}
  // NOLINTEND

  static Argument syntax(std::string text) { return {Kind::syntax, std::move(text)}; }
  static Argument expanding(std::string text) { return {Kind::expanding, std::move(text)}; }
  static Argument sensitive(std::string text, std::string redaction = "[REDACTED]") {
    Argument argument{Kind::sensitive, std::move(text)};
    argument.redaction_ = std::move(redaction);
    return argument;
  }
  // A word in which the shell expands ${...}, redacted in output.
  static Argument sensitive_expanding(std::string text, std::string redaction) {
    Argument argument{Kind::expanding, std::move(text)};
    argument.redaction_ = std::move(redaction);
    return argument;
  }

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }            // its value, unquoted, including secrets
  const std::string& redaction() const { return redaction_; }  // shown in place of a sensitive text
  std::string shell_text() const;                              // quoted for a shell
  std::string display() const;                                 // for output: secrets redacted
  bool operator==(const Argument&) const = default;

 private:
  Argument(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

  Kind kind_ = Kind::word;
  std::string text_;
  std::string redaction_;
};

using Arguments = std::vector<Argument>;

// A command line for a POSIX shell, with what it reads from standard input (never shown, never in an argv).
class Command {
 public:
  Command() = default;
  Command(std::initializer_list<Argument> arguments) : arguments_(arguments) {}
  explicit Command(Arguments arguments) : arguments_(std::move(arguments)) {}

  Command& add(Argument argument);
  Command& add(const Arguments& arguments);
  Command& add(const Command& command);  // its arguments; its input when this one has none

  // Text for standard input, a password for example. It belongs to the whole command line.
  Command& with_input(std::string input);
  // Extra environment for a command on this machine; ignored on servers.
  Command& with_env(std::string name, std::string value);

  // Marks it as a query that changes nothing, so that a dry run runs it.
  Command& asks() {
    question_ = true;
    return *this;
  }
  bool is_question() const { return question_; }

  bool empty() const { return arguments_.empty(); }
  const Arguments& arguments() const { return arguments_; }
  const std::optional<std::string>& input() const { return input_; }
  const std::vector<std::pair<std::string, std::string>>& env() const { return env_; }

  std::string shell_text() const;  // for a shell; includes secrets
  std::string display() const;     // for output: secrets redacted
  // The program and its arguments when no shell is needed to run this command.
  std::optional<std::vector<std::string>> as_argv() const;
  bool operator==(const Command&) const = default;

 private:
  Arguments arguments_;
  std::optional<std::string> input_;
  std::vector<std::pair<std::string, std::string>> env_;
  bool question_ = false;
};

Command question(Command command);  // marked with asks()

// All of these skip empty commands. What they return is not a question.
Command combine(const std::vector<Command>& commands, std::string_view by = "&&");
inline Command chain(const std::vector<Command>& commands) { return combine(commands, ";"); }
inline Command pipe(const std::vector<Command>& commands) { return combine(commands, "|"); }
inline Command any_of(const std::vector<Command>& commands) { return combine(commands, "||"); }
Command append_to(Command command, std::string file);  // command >> file
Command write_to(Command command, std::string file);   // command > file
// sh -c 'command', so that a chain acts as one command.
Command in_shell(const Command& command);
// The arguments of $(command), as syntax.
Argument substitute(const Command& command);

}  // namespace kamal
