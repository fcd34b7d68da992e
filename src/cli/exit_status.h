#pragma once

namespace kamal::cli {

// Ends the command with the exit status of a program that spoke for itself.
struct ExitStatus {
  int status;
};

inline void exit_unless_successful(int status) {
  if (status != 0) throw ExitStatus{status};
}

}  // namespace kamal::cli
