#include "cli/failures.h"

#include <algorithm>
#include <exception>

#include "cli/errors.h"
#include "kamal/support/strings.h"

namespace kamal::cli {

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
      // A lost connection fails every part after it in the same words.
      if (std::find(texts.begin(), texts.end(), error.what()) == texts.end())
        texts.emplace_back(error.what());
    }
  }
  if (texts.size() > 1) throw Error(ErrorKind::parts_failed, join(texts, "\n"));
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
