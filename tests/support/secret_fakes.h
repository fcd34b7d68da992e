#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/strings.h"
#include "support/there.h"

namespace kamal::test {

// Answers by argument list, the last answer for good, and remembers what was run. Programs that no answer is
// given for are not there.
class ScriptedProcesses : public Processes {
 public:
  struct Call {
    std::string line;  // the arguments, blanks between them
    EnvironmentMap env;
    Process process;
  };

  ScriptedProcesses& on(const std::string& line, const std::string& out, int status = 0) {
    answers_[line].push_back({status, out, "", false});
    return *this;
  }
  ScriptedProcesses& on_timeout(const std::string& line) {
    answers_[line].push_back({137, "", "", true});
    return *this;
  }

  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override {
    EnvironmentMap env = process.environment.value_or(EnvironmentMap());
    for (const auto& [name, value] : process.env) env[name] = value;
    calls.push_back({join(process.argv, " "), std::move(env), process});
    const auto known = answers_.find(test::last(calls).line);
    if (known == answers_.end()) return {127, "", "", false};
    ProcessResult answer = known->second.at(0);
    if (known->second.size() > 1) known->second.erase(known->second.begin());
    if (sink) sink(Stream::out, answer.out);
    return answer;
  }
  int run_attached(const Process& process) override { return run(process).status; }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Call& call : calls) lines.push_back(call.line);
    return lines;
  }

  std::vector<Call> calls;

 private:
  std::map<std::string, std::vector<ProcessResult>> answers_;
};

// Answers the commands of a secrets file by their text.
class CommandProcesses : public Processes {
 public:
  void on(const std::string& command, const std::string& output) { outputs_[command] = output; }

  ProcessResult run(const Process& process, const OutputSink& = nullptr) override {
    processes.push_back(process);
    for (const auto& [name, value] : process.env) {
      if (name == "KAMAL_SECRETS_COMMAND") commands.push_back(value);
    }
    const auto known = outputs_.find(test::last(commands));
    if (known == outputs_.end()) return {127, "", "", false};
    return {0, known->second, "", false};
  }
  int run_attached(const Process& process) override { return run(process).status; }

  std::vector<Process> processes;
  std::vector<std::string> commands;

 private:
  std::map<std::string, std::string> outputs_;
};

// The text of what a call throws, or "" when it throws nothing.
template <class Error, class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace kamal::test
