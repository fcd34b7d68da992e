#pragma once

#include <exception>
#include <string>

#include "kamal/sshkit/output.h"

namespace kamal::cli {

// The error that ended a run, for standard error: the message, with an excerpt of the file below each problem
// in a configuration.
std::string error_text(const std::exception& error, sshkit::Color color);

}  // namespace kamal::cli
