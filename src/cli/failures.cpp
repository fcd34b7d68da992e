#include "cli/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <regex>

#include "cli/selection.h"
#include "kamal/support/encoding.h"
#include "kamal/support/files.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// In the order of ErrorKind, of which parts_failed is the last.
constexpr std::array kind_names = {"BootError", "BuildError", "DependencyError", "HealthcheckError",
                                   "HookError", "LockError",  "NoActionError",   "PartsFailed"};

static_assert(kind_names.size() == static_cast<size_t>(ErrorKind::parts_failed) + 1);

template <class Type>
bool is(const std::exception& error) {
  return dynamic_cast<const Type*>(&error) != nullptr;
}

constexpr size_t max_reason_length = 300;
constexpr size_t max_causes = 2;

// Usage hints do not explain a failure; nor does empty output.
bool is_idle(std::string_view line) {
  return line.empty() || line.starts_with("See 'docker ") || line.starts_with("Run 'docker ") ||
         line.starts_with("Usage:") || line.starts_with("View build details: ") ||
         line.ends_with(": nothing written");
}

std::string without_prefixes(std::string_view line) {
  constexpr std::array<std::string_view, 6> prefixes = {
      "stderr: ", "docker: ", "Error response from daemon: ", "Error: ", "ERROR: ", "error: "};
  for (const std::string_view prefix : prefixes) {
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  }
  if (line.ends_with('.')) line.remove_suffix(1);
  return std::string(line);
}

// The last informative line.
std::string last_reason(std::string_view text) {
  const std::vector<std::string> lines = lines_of(text);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (const std::string stripped = strip(*line); !is_idle(stripped)) return without_prefixes(stripped);
  }
  return "";
}

// The docker command in a shell line: `docker run`, `kamal-proxy deploy`; else its first word, if that is a
// program.
std::string short_name(const std::string& command) {
  static const std::regex proxy("kamal-proxy kamal-proxy ([a-z-]+)"), xargs("xargs (docker [a-z]+)"),
      docker("docker (?:(?:buildx|container|image|network|volume) )?[a-z]+");
  std::smatch found;
  if (std::regex_search(command, found, proxy)) return "kamal-proxy " + found.str(1);
  if (std::regex_search(command, found, xargs)) return found.str(1);
  if (std::regex_search(command, found, docker)) return found.str();
  const std::string first = command.substr(0, command.find(' '));
  const bool is_program =
      first != "if" && first != "trap" &&
      std::all_of(first.begin(), first.end(), [](char c) { return is_alphanumeric(c, "-_./"); });
  return is_program ? first : "a command";
}

std::string reason_of_command(const sshkit::CommandFailed& failure) {
  const std::string name = short_name(failure.command());
  const std::string reason = last_reason(failure.err());
  if (reason.empty()) return fmt::format("{} exited with status {}", name, failure.status());
  const bool names_program = name == "a command" || reason.starts_with(name + ": ");
  return names_program ? reason : fmt::format("{}: {}", name, reason);
}

// Hosts with the same reason, sorted, since they fail in any order.
struct Cause {
  std::string reason;
  bool names_host;
  std::vector<Host> hosts{};
};

std::vector<Cause> causes_of(const sshkit::ExecuteError& error) {
  std::vector<Cause> causes;
  for (const sshkit::HostFailure& failure : error.failures()) {
    if (caused_by<HaltedAtBarrier>(failure)) continue;
    const std::string reason = reason_of(failure.cause);
    const auto same = std::find_if(causes.begin(), causes.end(),
                                   [&](const Cause& cause) { return cause.reason == reason; });
    if (same == causes.end()) {
      causes.push_back({reason, caused_by<sshkit::ConnectionError>(failure), {failure.host}});
    } else if (!contains(same->hosts, failure.host)) {  // with another role
      same->hosts.push_back(failure.host);
    }
  }
  for (Cause& cause : causes) std::sort(cause.hosts.begin(), cause.hosts.end());
  std::sort(causes.begin(), causes.end(),
            [](const Cause& a, const Cause& b) { return a.hosts.front() < b.hosts.front(); });
  return causes;
}

std::string text_of(const Cause& cause, bool first) {
  if (cause.names_host && cause.hosts.size() == 1) return (first ? ": " : "; ") + cause.reason;
  return fmt::format("{} on {}: {}", first ? "" : ";", joined(cause.hosts, ", "), cause.reason);
}

}  // namespace

std::string_view error_name(const std::exception& error) {
  if (const auto* ours = dynamic_cast<const Error*>(&error))
    return kind_names.at(static_cast<size_t>(ours->kind()));
  if (is<sshkit::CommandFailed>(error)) return "CommandFailed";
  if (is<sshkit::ConnectionError>(error)) return "ConnectionError";
  if (is<sshkit::ExecuteError>(error)) return "ExecuteError";
  if (is<ConfigurationError>(error)) return "ConfigurationError";
  if (is<FileError>(error)) return "FileError";
  if (is<Interrupted>(error)) return "Interrupted";
  if (is<UsageError>(error)) return "UsageError";
  return "Error";
}

std::string reason_of(const std::exception& error) {
  if (const auto* failure = dynamic_cast<const sshkit::CommandFailed*>(&error))
    return shortened(reason_of_command(*failure), max_reason_length);
  if (const auto* ours = dynamic_cast<const Error*>(&error); ours && !ours->summary().empty())
    return shortened(ours->summary(), max_reason_length);
  const std::string text = error.what();
  std::string first = first_line(text);
  if (first.ends_with(':')) first += " " + last_reason(text.substr(std::min(text.size(), first.size() + 1)));
  return shortened(first, max_reason_length);
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return reason_of(error);
  }
}

std::string reason_of_host(const sshkit::HostFailure& failure) {
  const std::string reason = printable(reason_of(failure.cause));
  const size_t end = reason.find("): ");
  const bool names_host = reason.substr(0, end).find(failure.host.str()) != std::string::npos;
  return end != std::string::npos && names_host ? reason.substr(end + 3) : reason;
}

std::string cause_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const sshkit::ExecuteError& error) {
    const std::vector<Cause> causes = causes_of(error);
    std::string text;
    for (size_t i = 0; i < std::min(causes.size(), max_causes); ++i) text += text_of(causes[i], i == 0);
    return causes.size() > max_causes ? fmt::format("{}; and {} more", text, causes.size() - max_causes)
                                      : text;
  } catch (const std::exception& error) {
    const std::string reason = reason_of(error);
    return reason.empty() ? "" : ": " + reason;
  }
}

void try_each(const std::vector<std::function<void()>>& parts) {
  std::exception_ptr first;
  std::vector<std::string> texts;
  for (const auto& part : parts) {
    try {
      part();
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {
      if (!first) first = std::current_exception();
      // A lost connection fails all later parts with the same message.
      if (std::find(texts.begin(), texts.end(), error.what()) == texts.end())
        texts.emplace_back(error.what());
    }
  }
  if (texts.size() > 1) throw Error(ErrorKind::parts_failed, join(texts, "\n"), reason_of(first));
  if (first) std::rethrow_exception(first);
}

bool says_one_of(const sshkit::StepResult& result, const std::vector<std::string_view>& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string_view text) { return result.err.find(text) != std::string::npos; });
}

void run_to_the_end(sshkit::Remote& remote, sshkit::Steps steps, const Tolerated& tolerated) {
  std::vector<bool> matters;
  for (sshkit::Step& step : steps) {
    matters.push_back(step.on_failure == sshkit::OnFailure::stop);
    step.on_failure = sshkit::OnFailure::ignore;
  }
  const std::vector<sshkit::StepResult> results = remote.run(steps);
  std::vector<std::function<void()>> failures;
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].ok() || !matters[i] || (tolerated && tolerated(i, results[i]))) continue;
    failures.emplace_back(
        [&, i] { throw sshkit::CommandFailed(steps[i].display(), results[i], remote.output()); });
  }
  try_each(failures);
}

void run_each(sshkit::Remote& remote, const std::vector<sshkit::Steps>& lists) {
  std::exception_ptr failure;
  for (size_t begin = 0; begin < lists.size();) {
    sshkit::Steps steps;
    std::vector<size_t> list_of;  // by step
    for (size_t i = begin; i < lists.size(); ++i) {
      steps.insert(steps.end(), lists[i].begin(), lists[i].end());
      list_of.resize(steps.size(), i);
    }
    begin = lists.size();
    size_t last = 0;
    try {
      remote.run(steps, [&](size_t index, const sshkit::StepResult&) { last = index; });
    } catch (const sshkit::CommandFailed&) {
      if (!failure) failure = std::current_exception();
      begin = list_of[last] + 1;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void SecretChecks::add(const std::function<void()>& check) {
  try {
    check();
  } catch (const ConfigurationError& error) {
    if (error.problems().empty()) throw;
    for (const Problem& problem : error.problems()) {
      const bool known = std::any_of(problems_.begin(), problems_.end(),
                                     [&](const Problem& other) { return other.text() == problem.text(); });
      if (!known) problems_.push_back(problem);
    }
  }
}

void SecretChecks::throw_problems() const {
  if (!problems_.empty()) throw ConfigurationError(problems_);
}

}  // namespace kamal::cli
