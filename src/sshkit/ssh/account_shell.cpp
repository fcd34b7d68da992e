#include "sshkit/ssh/account_shell.h"

#include "kamal/support/quoting.h"

namespace kamal::sshkit {
namespace {

// Its settings file was read by the login shell that starts this one, if at all.
constexpr const char* choice =
    R"(case "$SHELL" in */bash) exec "$SHELL" --norc "$@" ;; *) exec sh "$@" ;; esac)";

}  // namespace

std::string account_shell(const std::optional<std::string>& text) {
  const std::string start = "exec sh -c " + shell_quote(choice) + " sh";
  return text ? start + " -c " + shell_quote(*text) : start;
}

}  // namespace kamal::sshkit
