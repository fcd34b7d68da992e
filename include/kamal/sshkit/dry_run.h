#pragma once

#include <memory>

#include "kamal/sshkit/output.h"
#include "kamal/sshkit/server.h"

namespace kamal::sshkit {

// Servers that run questions (Command::is_question()) on the real ones, and nothing else. Every other step
// succeeds with its pretended output, and is shown as one that would run. After such a step, a question whose
// program is missing (status 127) succeeds without output: the step might have installed it.
std::unique_ptr<Backend> dry_run(std::unique_ptr<Backend> backend, Output& output);

}  // namespace kamal::sshkit
