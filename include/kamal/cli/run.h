#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "kamal/support/interruption.h"
#include "kamal/support/live_lines.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/support/terminal.h"

namespace kamal::cli {

// Everything a run may affect outside its own memory.
struct Effects {
  EnvironmentMap environment;
  Processes& processes;
  Clock& clock;
  Random& random;
  const Interruption& interruption;
  std::function<void(std::string_view)> out;  // standard output
  std::function<void(std::string_view)> err;  // standard error
  // Prompts on the terminal or reads a line of standard input; nothing at end of input.
  std::function<std::optional<std::string>(const std::string& question)> ask;
  std::function<std::optional<std::string>(const std::string& question)> ask_secretly;
  // Creates the backend for servers; the environment locates the SSH agent and the home directory.
  std::function<std::unique_ptr<sshkit::Backend>(sshkit::SshSettings, const EnvironmentMap&)> connect;
  bool out_is_terminal = false;
  bool in_is_terminal = false;
  // Whether the reader of standard output has closed it. Null: never.
  std::function<bool()> out_is_closed = {};
  // Of the terminal that standard output is. Null: unknown.
  std::function<std::optional<WindowSize>()> window_size = {};
  // Through which `out` and `err` go if standard output is a terminal. Null: no live progress.
  LiveLines* live_lines = nullptr;
  // What `version --verbose` prints. Null: the version alone.
  std::function<std::string()> build_info = {};
  std::vector<std::string> arguments = {};  // of the command line; set by run()
  int wait_speed = 1;                       // see Waits
};

// Runs one command line (without the program's name) and returns its exit status. Reports errors itself.
int run(const std::vector<std::string>& arguments, const Effects& effects);

}  // namespace kamal::cli
