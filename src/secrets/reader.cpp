#include "secrets/reader.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "kamal/support/dotenv.h"
#include "kamal/support/encoding.h"
#include "kamal/support/interruption.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal {

namespace {

// The command may contain secrets: sh gets it through the environment, which other users can't read, unlike
// the argument list, and which its own commands don't inherit.
constexpr const char* read_command_from_environment =
    "eval \"unset KAMAL_SECRETS_COMMAND\n$KAMAL_SECRETS_COMMAND\"";

bool is_operator(const std::string& word) {
  return word == "|" || word == "||" || word == "&&" || word == ";" || word == ">" || word == "<";
}

// The arguments after `kamal` of a command that this process runs itself. A pipe needs a shell.
std::optional<std::vector<std::string>> inline_words(const std::string& command) {
  const std::string stripped = strip(command);
  if (!stripped.starts_with("kamal")) return std::nullopt;
  auto words = shell_split(stripped);
  if (!words) throw std::runtime_error("unterminated quote in its kamal command");
  if (words->size() < 3 || (*words)[0] != "kamal" || (*words)[1] != "secrets") return std::nullopt;
  if (std::any_of(words->begin(), words->end(), is_operator)) return std::nullopt;
  words->erase(words->begin());
  return words;
}

std::string seconds_of(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " seconds";
}

std::string run_by_shell(const std::string& command, const std::string& name, const SecretsContext& context) {
  if (context.processes == nullptr) throw std::runtime_error(name + " can't be run here");
  Process process;
  process.argv = {"sh", "-c", read_command_from_environment};
  process.environment = context.environment;
  process.env.emplace_back("KAMAL_SECRETS_COMMAND", command);
  process.timeout = secrets_timeout(context.environment);
  process.max_output = max_program_output;
  process.terminal = Terminal::shared;
  const ProcessResult result = context.processes->run(process);
  if (result.output_limit_exceeded) throw std::runtime_error(name + " printed more than 16 MB");
  if (result.timed_out)
    throw std::runtime_error(name + " timed out after " + seconds_of(*process.timeout) +
                             " (raise KAMAL_SECRETS_TIMEOUT)");
  if (!result.ok())
    throw std::runtime_error(name + " failed with exit status " + std::to_string(result.status) +
                             (result.status == program_not_found ? " (command not found)" : ""));
  return result.out;
}

}  // namespace

std::string command_output(const std::string& command, const std::string& name,
                           const SecretsContext& context) {
  const std::unique_ptr<Wait> wait = context.wait ? context.wait(name) : nullptr;
  std::string output;
  if (const auto words = context.inline_kamal ? inline_words(command) : std::nullopt) {
    output = context.inline_kamal(*words);
  } else {
    output = run_by_shell(command, name, context);
  }
  if (!is_utf8_text(output)) throw std::runtime_error(name + " output is not UTF-8 (encode it with base64)");
  return chomp(output);
}

std::string command_name(std::string_view command) {
  const std::string stripped = strip(command);
  const std::string program = stripped.substr(0, stripped.find_first_of(" \t\n"));
  const auto is_plain = [](char c) { return is_alphanumeric(c, "_-./"); };
  if (program.empty() || program.size() > 60 || !std::ranges::all_of(program, is_plain)) return "the command";
  return "the command `" + program + "`";
}

namespace {

// Guards against files that double a value line by line.
constexpr size_t max_value_bytes = 16 << 20;
constexpr size_t max_bytes = 128 << 20;

class SecretsReader {
 public:
  SecretsReader(const std::string& file, const SecretsContext& context, const SecretTable& others)
      : file_(file), context_(context), others_(others) {}

  SecretTable read(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
      throw ConfigurationError({Problem{{file_, 1}, "", "must be UTF-8 text, not UTF-16"}});
    const dotenv::File parsed = dotenv::read(text);
    for (const int line : parsed.ignored_lines)
      warn(line, "ignored: not NAME=VALUE (quote multi-line values)");
    for (const dotenv::Assignment& assignment : parsed.assignments) {
      try {
        take(assignment);
      } catch (const Failure& failure) {
        table_.fail(assignment.name, failure.secret);
      }
    }
    return std::move(table_);
  }

 private:
  struct Failure {
    FailedSecret secret;
  };

  void check_text(const dotenv::Assignment& assignment) const {
    std::string_view text = assignment.value ? std::string_view(*assignment.value) : std::string_view();
    for (int line = assignment.line; !is_utf8_text(text); ++line) {
      const size_t end = text.find('\n');
      if (!is_utf8_text(text.substr(0, end))) fail(line, assignment.name, "must be UTF-8 text");
      text.remove_prefix(end + 1);
    }
  }

  void take(const dotenv::Assignment& assignment) {
    check_text(assignment);
    if (assignment.exported && !assignment.value) {
      if (table_.find(assignment.name) == nullptr)
        fail(assignment.line, assignment.name,
             "`export` of a variable that is not set above (write NAME=\"\" for an empty value)");
      return;
    }
    std::string value = value_of(assignment);
    if (total_ + value.size() > max_bytes)
      fail(assignment.line, assignment.name, "the values of this file exceed 128 MB");
    total_ += value.size();
    table_.set(assignment.name, std::move(value), {file_, assignment.line});
  }

  std::string value_of(const dotenv::Assignment& assignment) const {
    std::string value;
    for (const dotenv::Part& part : dotenv::parse_value(assignment.value.value_or(""), escapes())) {
      switch (part.kind) {
        case dotenv::Part::Kind::literal:
          value += part.text;
          break;
        case dotenv::Part::Kind::text:
          value += expand(part.text, assignment);
          break;
        case dotenv::Part::Kind::command:
          value += run_command(part.text, assignment);
          break;
      }
      check_length(value, assignment);
    }
    return value;
  }

  dotenv::Escapes escapes() const {
    return lookup("DOTENV_LINEBREAK_MODE") == "legacy" ? dotenv::Escapes::line_breaks : dotenv::Escapes::kept;
  }

  std::optional<std::string> lookup(const std::string& name) const {
    if (const std::string* const value = table_.find(name)) return *value;
    return get(context_.environment, name);
  }

  std::string expand(std::string_view text, const dotenv::Assignment& assignment) const {
    size_t length = 0;
    return dotenv::expand_variables(text, [&](const dotenv::Reference& reference) {
      std::string value = resolve(reference, assignment);
      length += value.size();
      if (length > max_value_bytes) fail_too_long(assignment);
      return value;
    });
  }

  std::string resolve(const dotenv::Reference& reference, const dotenv::Assignment& assignment) const {
    const std::string& name = reference.name;
    if (reference.left_open)
      warn(assignment.line, assignment.name + ": `${" + name +
                                "` has no closing brace after the name; the rest stays as text");
    if (const FailedSecret* failed = table_.failure(name)) fail_with(name, *failed, assignment);
    if (auto value = lookup(name)) return std::move(*value);
    // The name may be part of a password that was to be taken literally.
    const std::string text =
        others_.find(name) != nullptr
            ? fmt::format(
                  "${} is not set and expands to nothing; another secrets file sets it, but a file only sees "
                  "its own names and the environment",
                  name)
            : "a variable in it is not set and expands to nothing (write \\$ for a literal dollar sign)";
    warn(assignment.line, assignment.name + ": " + text);
    return "";
  }

  // Kamal expands a command's output once more; here it is kept.
  std::string run_command(const std::string& command, const dotenv::Assignment& assignment) const {
    const std::string expanded = expand(command, assignment);
    try {
      return command_output(expanded, command_name(command), context_);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::runtime_error& error) {
      fail(assignment.line, assignment.name, error.what());
    }
  }

  void check_length(const std::string& value, const dotenv::Assignment& assignment) const {
    if (value.size() > max_value_bytes) fail_too_long(assignment);
  }

  [[noreturn]] void fail_too_long(const dotenv::Assignment& assignment) const {
    fail(assignment.line, assignment.name, "value is longer than 16 MB");
  }

  [[noreturn]] void fail(int line, const std::string& name, const std::string& message) const {
    throw Failure{{Problem{{file_, line}, name, message}, std::nullopt}};
  }

  // The failure of a value that refers to a failed secret.
  [[noreturn]] void fail_with(const std::string& name, const FailedSecret& failed,
                              const dotenv::Assignment& assignment) const {
    if (name == assignment.name) throw Failure{failed};
    std::string message = failed.problem.message;
    if (!failed.cause)
      message = "depends on " + name + ", which failed on line " + std::to_string(failed.problem.mark.line) +
                ": " + message;
    throw Failure{{Problem{{file_, assignment.line}, assignment.name, std::move(message)},
                   failed.cause.value_or(name)}};
  }

  void warn(int line, const std::string& message) const {
    if (context_.warn) context_.warn(file_ + ":" + std::to_string(line) + ": " + message);
  }

  const std::string& file_;
  const SecretsContext& context_;
  const SecretTable& others_;
  SecretTable table_;
  size_t total_ = 0;
};

}  // namespace

void SecretTable::set(const std::string& name, std::string value, Mark mark) {
  failures_.erase(name);
  marks_[name] = std::move(mark);
  const auto [place, added] = places_.try_emplace(name, entries_.size());
  if (added) {
    entries_.emplace_back(name, std::move(value));
  } else {
    entries_[place->second].second = std::move(value);
  }
}

void SecretTable::fail(const std::string& name, FailedSecret failure) {
  failures_.insert_or_assign(name, std::move(failure));
  const auto place = places_.find(name);
  if (place == places_.end()) return;
  const size_t index = place->second;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
  places_.erase(place);
  for (auto& [other, at] : places_) {
    if (at > index) --at;
  }
}

void SecretTable::merge(const SecretTable& over) {
  for (const auto& [name, value] : over.entries_) set(name, value, over.mark(name));
  for (const auto& [name, failure] : over.failures_) fail(name, failure);
}

const std::string* SecretTable::find(const std::string& name) const {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : &entries_[place->second].second;
}

const FailedSecret* SecretTable::failure(const std::string& name) const {
  const auto found = failures_.find(name);
  return found == failures_.end() ? nullptr : &found->second;
}

Mark SecretTable::mark(const std::string& name) const {
  const auto known = marks_.find(name);
  return known == marks_.end() ? Mark{} : known->second;
}

SecretTable read_secrets(std::string_view text, const std::string& file, const SecretsContext& context,
                         const SecretTable& others) {
  return SecretsReader(file, context, others).read(text);
}

}  // namespace kamal
