#pragma once

#include <memory>

#include "kamal/sshkit/output.h"
#include "kamal/sshkit/server.h"

namespace kamal::sshkit {

// Servers that answer questions (Command::is_question()) as the real ones do, and run nothing else. Every
// other step succeeds with the output that it pretends, and is shown as one that would run. After such a
// step, a question whose program is missing (status 127) succeeds without output: the step may have installed
// it.
std::unique_ptr<Backend> dry_run(std::unique_ptr<Backend> backend, Output& output);

}  // namespace kamal::sshkit
