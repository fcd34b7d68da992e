#include "secrets/vault_program.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kamal/support/time_limit.h"

namespace kamal {

VaultProgram::VaultProgram(std::string program, Processes& processes, const EnvironmentMap& environment)
    : program_(std::move(program)),
      processes_(processes),
      environment_(environment),
      time_limit_(secrets_time_limit(environment)) {}

bool VaultProgram::succeeds(Words arguments) const {
  return run(process(std::move(arguments), Terminal::none)).ok();
}

ProcessResult VaultProgram::run(Words arguments) const {
  return run(process(std::move(arguments), Terminal::shared));
}

void VaultProgram::log_in(const Words& arguments, const std::string& failure) const {
  Process telling = process(arguments, Terminal::shared);
  telling.argv.insert(telling.argv.begin(), {"sh", "-c", "exec \"$0\" \"$@\" >&2"});
  check(run(telling), failure);
}

std::string VaultProgram::output(Words arguments, const std::string& failure) const {
  ProcessResult result = run(std::move(arguments));
  check(result, failure);
  return std::move(result.out);
}

nlohmann::ordered_json VaultProgram::answer(Words arguments, const std::string& failure) const {
  return parse(output(std::move(arguments), failure));
}

nlohmann::ordered_json VaultProgram::parse(const std::string& text) const {
  auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (json.is_discarded()) throw std::runtime_error(program_ + " gave an answer that is no JSON");
  return json;
}

Process VaultProgram::process(Words arguments, Terminal terminal) const {
  Process process;
  process.argv = {program_};
  process.argv.insert(process.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  process.environment = environment_;
  process.timeout = time_limit_;
  process.most_output = max_program_output;
  process.terminal = terminal;
  return process;
}

void VaultProgram::check(const ProcessResult& result, const std::string& failure) const {
  if (result.ok()) return;
  throw std::runtime_error(failure + " (" + program_ + " ended with exit status " +
                           std::to_string(result.status) + ")");
}

ProcessResult VaultProgram::run(const Process& process) const {
  ProcessResult result = processes_.run(process);
  if (result.timed_out)
    throw std::runtime_error(program_ + " did not answer in time (set KAMAL_SECRETS_TIMEOUT to allow more)");
  if (result.said_too_much) throw std::runtime_error(program_ + " printed more than 16 MB");
  return result;
}

}  // namespace kamal
