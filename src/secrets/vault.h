#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/secrets/adapters.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal {

using Words = std::vector<std::string>;

enum class AccountOption { required, optional };

struct Vault {
  std::string title;    // of its CLI, in messages
  std::string program;  // that CLI
  AccountOption account = AccountOption::required;
};

// The CLI of a vault. Its output is secret and never quoted in messages.
class VaultProgram {
 public:
  VaultProgram(Vault vault, Processes& processes, const EnvironmentMap& environment);

  const Vault& vault() const { return vault_; }
  // Runs it quietly: its standard error is dropped.
  bool succeeds(Words arguments) const;
  // Lets it prompt on the terminal. Throws std::runtime_error on timeout.
  ProcessResult run(Words arguments) const;
  // Runs its interactive login: its standard output goes to standard error, away from results.
  // Throws std::runtime_error with `failure` when it fails.
  void log_in(const Words& arguments, const std::string& failure) const;
  // Its standard output; throws std::runtime_error with `failure` when it fails.
  std::string output(Words arguments, const std::string& failure) const;
  // The same, read as JSON. Invalid JSON is a failure, too.
  nlohmann::ordered_json answer(Words arguments, const std::string& failure) const;
  nlohmann::ordered_json parse(const std::string& text) const;

  // For the calls from now on. For tokens: others can read a program's arguments, not its
  // environment.
  void set_env(const std::string& name, const std::string& value) { environment_[name] = value; }
  std::optional<std::string> env(const std::string& name) const { return get(environment_, name); }

 private:
  Process process(Words arguments, Terminal terminal) const;
  ProcessResult run(const Process& process) const;
  void check(const ProcessResult& result, const std::string& failure) const;

  Vault vault_;
  Processes& processes_;
  EnvironmentMap environment_;
  std::optional<std::chrono::milliseconds> time_limit_;
};

// Common to all adapters: check the CLI, log in, fetch.
class VaultAdapter : public SecretAdapter {
 public:
  explicit VaultAdapter(VaultProgram program) : program_(std::move(program)) {}

  bool requires_account() const final { return program_.vault().account == AccountOption::required; }
  SecretValues fetch(const SecretRequest& request) final;

 protected:
  virtual bool installed() { return program_.succeeds({"--version"}); }
  virtual void log_in(const SecretRequest&) {}
  virtual SecretValues ask(const SecretRequest& request) = 0;

  VaultProgram& program() { return program_; }

 private:
  VaultProgram program_;
};

// The names, prefixed with the directory, vault or project of --from.
Words names_under(const SecretRequest& request);
// The parts between slashes, as Ruby's split gives them: without empty ones at the end.
Words path_parts(std::string_view path);
// Throws std::runtime_error with the names that have no value, where `vault` has no more than these.
void check_all_found(const Words& names, const SecretValues& values, const std::string& vault);
// A string unchanged, nullopt for null, anything else as JSON.
std::optional<std::string> text_of(const nlohmann::ordered_json& value);
// The member of an object, or null.
const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const std::string& name);

// One function for each vault.
std::unique_ptr<SecretAdapter> one_password_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> last_pass_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> bitwarden_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> bitwarden_secrets_manager_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> aws_secrets_manager_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> gcp_secret_manager_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> doppler_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> enpass_adapter(VaultProgram program);
std::unique_ptr<SecretAdapter> passbolt_adapter(VaultProgram program);

}  // namespace kamal
