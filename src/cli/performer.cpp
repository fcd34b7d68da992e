#include "cli/performer.h"

#include <fmt/format.h>
#include <unistd.h>

#include "kamal/support/strings.h"

namespace kamal::cli {

std::string Performer::name() {
  const std::lock_guard lock(mutex_);
  if (!name_) {
    name_ = git_.email();
    if (name_->empty()) name_ = login_name();
    if (name_->empty()) name_ = account();
  }
  return *name_;
}

std::string Performer::lock_holder() {
  const std::string name = git_.user_name();
  return name.empty() ? account() : name;
}

std::string Performer::login_name() { return strip(effects_.processes.run({.argv = {"whoami"}}).out); }

// A container may run as a uid that no passwd entry names: $USER may be set, or the uid has to do.
std::string Performer::account() {
  std::string user = login_name();
  if (user.empty()) user = get(effects_.environment, "USER").value_or("");
  if (user.empty()) user = fmt::format("uid {}", getuid());
  const std::string host = strip(effects_.processes.run({.argv = {"uname", "-n"}}).out);
  return host.empty() ? user : fmt::format("{}@{}", user, host);
}

}  // namespace kamal::cli
