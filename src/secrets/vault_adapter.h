#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/secrets/adapters.h"
#include "secrets/vault_program.h"

namespace kamal {

// What the adapters have in common: is the program there, log in, ask.
class VaultAdapter : public SecretAdapter {
 public:
  SecretValues fetch(const SecretRequest& request) final;

 protected:
  // `title` is what people call the vault's program.
  VaultAdapter(std::string title, VaultProgram program)
      : title_(std::move(title)), program_(std::move(program)) {}

  virtual bool installed() { return program_.succeeds({"--version"}); }
  virtual void log_in(const SecretRequest&) {}
  virtual SecretValues ask(const SecretRequest& request) = 0;

  VaultProgram& program() { return program_; }

 private:
  std::string title_;
  VaultProgram program_;
};

// The names behind the folder, vault or project that --from gives.
Words names_under(const SecretRequest& request);
// The parts between slashes, as Ruby's split gives them: without empty ones at the end.
Words path_parts(std::string_view path);
// Sets a value; one that is there keeps its place.
void set_value(SecretValues& values, const std::string& name, std::optional<std::string> value);
// A string as it is, null as nothing, anything else as JSON.
std::optional<std::string> text_of(const nlohmann::ordered_json& value);
// The member of an object, or null.
const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const std::string& name);

}  // namespace kamal
