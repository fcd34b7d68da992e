#include "secrets/reader.h"

#include <stdexcept>

#include "kamal/support/dotenv.h"
#include "kamal/support/dotenv_value.h"
#include "kamal/support/interruption.h"
#include "kamal/support/utf8.h"
#include "secrets/command_substitution.h"

namespace kamal {
namespace {

// Against files that double a value line by line.
constexpr size_t longest_value = 16 << 20;
constexpr size_t most_bytes = 128 << 20;

class SecretsReader {
 public:
  SecretsReader(const std::string& file, const SecretsContext& context, const SecretTable& others)
      : file_(file), context_(context), others_(others), commands_(context) {}

  SecretTable read(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
      throw ConfigurationError({Problem{{file_, 1}, "", "must be UTF-8 text, not UTF-16"}});
    const dotenv::File parsed = dotenv::read(text);
    for (const int line : parsed.ignored_lines)
      warn(line, "is not NAME=VALUE, so it is ignored (a value of several lines needs quotes)");
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
             "`export` without a value for a variable that is not set above (\"\" would be an empty one)");
      return;
    }
    std::string value = value_of(assignment);
    if (total_ + value.size() > most_bytes)
      fail(assignment.line, assignment.name, "the values of this file exceed 128 MB");
    total_ += value.size();
    table_.set(assignment.name, std::move(value), {file_, assignment.line});
  }

  std::string value_of(const dotenv::Assignment& assignment) const {
    std::string value;
    for (const dotenv::Part& part : dotenv::parts_of_value(assignment.value.value_or(""), escapes())) {
      switch (part.kind) {
        case dotenv::Part::Kind::literal:
          value += part.text;
          break;
        case dotenv::Part::Kind::text:
          value += expand(part.text, assignment);
          break;
        case dotenv::Part::Kind::command:
          value += output_of(part.text, assignment);
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
      if (length > longest_value) fail_too_long(assignment);
      return value;
    });
  }

  std::string resolve(const dotenv::Reference& reference, const dotenv::Assignment& assignment) const {
    const std::string& name = reference.name;
    if (reference.left_open)
      warn(assignment.line, assignment.name + ": `${" + name +
                                "` is not closed right behind the name: the rest stays as text");
    if (const FailedSecret* failed = table_.failure(name)) fail_with(name, *failed, assignment);
    if (auto value = lookup(name)) return std::move(*value);
    std::string message = assignment.name + ": $" + name + " is not set, so nothing takes its place";
    if (others_.find(name) != nullptr) {
      message += "; another secrets file sets it, but a file sees its own names and the environment only";
    } else {
      message += " (\\$ is a dollar sign)";
    }
    warn(assignment.line, message);
    return "";
  }

  // The reference expands what a command printed once more; here it is taken as it is.
  std::string output_of(const std::string& command, const dotenv::Assignment& assignment) const {
    const std::string expanded = expand(command, assignment);
    try {
      return commands_.output_of(expanded, name_of_command(command));
    } catch (const Interrupted&) {
      throw;
    } catch (const std::runtime_error& error) {
      fail(assignment.line, assignment.name, error.what());
    }
  }

  void check_length(const std::string& value, const dotenv::Assignment& assignment) const {
    if (value.size() > longest_value) fail_too_long(assignment);
  }

  [[noreturn]] void fail_too_long(const dotenv::Assignment& assignment) const {
    fail(assignment.line, assignment.name, "its value is longer than 16 MB");
  }

  [[noreturn]] void fail(int line, const std::string& name, const std::string& message) const {
    throw Failure{{Problem{{file_, line}, name, message}, std::nullopt}};
  }

  // Of a value that refers to a secret that failed.
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
  CommandSubstitution commands_;
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
