#pragma once

#include <chrono>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "kamal/secrets/adapters.h"
#include "kamal/support/environment.h"
#include "kamal/support/process.h"

namespace kamal {

using Words = std::vector<std::string>;

// The command line program of a vault. What it prints is secret and goes into no message.
class VaultProgram {
 public:
  VaultProgram(std::string program, Processes& processes, const EnvironmentMap& environment);

  const std::string& name() const { return program_; }
  // Asks without a word to people: what it says on standard error is dropped.
  bool succeeds(Words arguments) const;
  // Lets it ask at the terminal. Throws std::runtime_error when time is up.
  ProcessResult run(Words arguments) const;
  // Lets it tell people how to log in: its standard output goes to standard error, away from results.
  // Throws std::runtime_error with `failure` when it fails.
  void log_in(const Words& arguments, const std::string& failure) const;
  // Its standard output; throws std::runtime_error with `failure` when it fails.
  std::string output(Words arguments, const std::string& failure) const;
  // The same, read as JSON. An answer that is no JSON is a failure, too.
  nlohmann::ordered_json answer(Words arguments, const std::string& failure) const;
  nlohmann::ordered_json parse(const std::string& text) const;

  // For the calls from now on. The place for tokens: others can read a program's arguments, not its
  // environment.
  void set_env(const std::string& name, const std::string& value) { environment_[name] = value; }
  std::optional<std::string> env(const std::string& name) const { return get(environment_, name); }

 private:
  Process process(Words arguments, Terminal terminal) const;
  ProcessResult run(const Process& process) const;
  void check(const ProcessResult& result, const std::string& failure) const;

  std::string program_;
  Processes& processes_;
  EnvironmentMap environment_;
  std::optional<std::chrono::milliseconds> time_limit_;
};

}  // namespace kamal
