#include "secrets/vault.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

#include "kamal/support/strings.h"

namespace kamal {

VaultProgram::VaultProgram(Vault vault, Processes& processes, const EnvironmentMap& environment)
    : vault_(std::move(vault)),
      processes_(processes),
      environment_(environment),
      time_limit_(secrets_timeout(environment)) {}

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
  if (json.is_discarded()) throw std::runtime_error(vault_.program + " returned invalid JSON");
  return json;
}

Process VaultProgram::process(Words arguments, Terminal terminal) const {
  Process process;
  process.argv = {vault_.program};
  process.argv.insert(process.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  process.environment = environment_;
  process.timeout = time_limit_;
  process.max_output = max_program_output;
  process.terminal = terminal;
  return process;
}

void VaultProgram::check(const ProcessResult& result, const std::string& failure) const {
  if (result.ok()) return;
  throw std::runtime_error(failure + " (" + vault_.program + " failed with exit status " +
                           std::to_string(result.status) + ")");
}

ProcessResult VaultProgram::run(const Process& process) const {
  ProcessResult result = processes_.run(process);
  if (result.timed_out) throw std::runtime_error(vault_.program + " timed out (raise KAMAL_SECRETS_TIMEOUT)");
  if (result.output_limit_exceeded) throw std::runtime_error(vault_.program + " printed more than 16 MB");
  return result;
}

SecretValues VaultAdapter::fetch(const SecretRequest& request) {
  const Vault& vault = program_.vault();
  if (requires_account() && strip(request.account.value_or("")).empty())
    throw std::runtime_error(vault.title + " requires --account");
  if (!installed())
    throw std::runtime_error("The " + vault.title + " CLI is not installed or cannot run: " + vault.program);
  try {
    log_in(request);
    return ask(request);
  } catch (const nlohmann::json::exception&) {
    // Its text may quote the output.
    throw std::runtime_error(vault.program + " returned an unexpected response");
  }
}

Words names_under(const SecretRequest& request) {
  if (!request.from) return request.names;
  Words names;
  for (const std::string& name : request.names) names.push_back(*request.from + "/" + name);
  return names;
}

Words path_parts(std::string_view path) {
  Words parts = split(path, '/');
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

void check_all_found(const Words& names, const SecretValues& values, const std::string& vault) {
  Words missing;
  for (const std::string& name : names) {
    if (std::ranges::find(values, name, &SecretValues::value_type::first) == values.end())
      missing.push_back(name);
  }
  if (!missing.empty()) throw std::runtime_error(vault + " has no " + join(missing, ", "));
}

std::optional<std::string> text_of(const nlohmann::ordered_json& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? value.get<std::string>() : value.dump();
}

const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const std::string& name) {
  static const nlohmann::ordered_json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

}  // namespace kamal
