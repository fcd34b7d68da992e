#pragma once

#include <optional>
#include <string>

namespace kamal::sshkit {

// The command that starts the shell for commands of an account, in words that any login shell understands. It
// is bash where that is the login shell, since values in a project may be written for it ("${HOSTNAME}",
// "[["), and `sh` elsewhere. It reads commands from standard input, or runs `text`.
std::string account_shell(const std::optional<std::string>& text = std::nullopt);

}  // namespace kamal::sshkit
