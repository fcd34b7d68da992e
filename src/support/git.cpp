#include "kamal/support/git.h"

#include "kamal/support/strings.h"

namespace kamal {
std::string Git::ask(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  return strip(processes_.run({.argv = std::move(arguments)}).out);
}

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

std::string Git::root() {
  if (!root_) root_ = ask({"rev-parse", "--show-toplevel"});
  return *root_;
}

std::string Git::user_name() {
  if (!user_name_) user_name_ = ask({"config", "user.name"});
  return *user_name_;
}

std::string Git::email() {
  if (!email_) email_ = ask({"config", "user.email"});
  return *email_;
}

std::string Git::uncommitted_changes() {
  if (!changes_) changes_ = ask({"status", "--porcelain"});
  return *changes_;
}

std::vector<std::string> Git::uncommitted_files() { return lines_of(ask({"ls-files", "--modified"})); }
std::vector<std::string> Git::untracked_files() { return lines_of(ask({"ls-files", "--others"})); }

}  // namespace kamal
