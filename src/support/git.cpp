#include "kamal/support/git.h"

#include "kamal/support/strings.h"

namespace kamal {

std::string Git::ask(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  return strip(processes_.run({.argv = std::move(arguments)}).out);
}

std::string Git::ask_once(std::optional<std::string>& known, std::vector<std::string> arguments) {
  if (!known) known = ask(std::move(arguments));
  return *known;
}

bool Git::installed() { return processes_.run({.argv = {"git", "--version"}}).ok(); }

bool Git::used() {
  if (!used_) used_ = processes_.run({.argv = {"git", "rev-parse"}}).ok();
  return *used_;
}

std::string Git::revision() {
  if (!revision_) {
    // Without a commit, git prints the name HEAD and fails.
    const ProcessResult head = processes_.run({.argv = {"git", "rev-parse", "HEAD"}});
    revision_ = head.ok() ? strip(head.out) : "";
  }
  return *revision_;
}

std::string Git::root() { return ask_once(root_, {"rev-parse", "--show-toplevel"}); }
std::string Git::user_name() { return ask_once(user_name_, {"config", "user.name"}); }
std::string Git::email() { return ask_once(email_, {"config", "user.email"}); }
std::string Git::uncommitted_changes() { return ask_once(changes_, {"status", "--porcelain"}); }
std::vector<std::string> Git::uncommitted_files() { return lines_of(ask({"ls-files", "--modified"})); }
std::vector<std::string> Git::untracked_files() { return lines_of(ask({"ls-files", "--others"})); }

std::optional<std::vector<std::string>> Git::subjects_between(const std::string& from,
                                                              const std::string& to) {
  const ProcessResult log = processes_.run({.argv = {"git", "log", "--format=%s", from + ".." + to, "--"}});
  return log.ok() ? std::optional(lines_of(log.out)) : std::nullopt;
}

}  // namespace kamal
