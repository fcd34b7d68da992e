#include "kamal/support/strings.h"
#include "kamal/support/utf8.h"
#include "secrets/vault_adapter.h"
#include "secrets/vaults.h"

namespace kamal {
namespace {

// Character by character.
std::string reversed(std::string_view text) {
  std::string result;
  for (size_t end = text.size(); end > 0;) {
    size_t start = end - 1;
    while (start > 0 && continues_utf8_character(text[start])) --start;
    result += text.substr(start, end - start);
    end = start;
  }
  return result;
}

// No vault: values are made of the names, to try out how secrets get where they belong.
class TestAdapter : public VaultAdapter {
 public:
  TestAdapter(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("test", VaultProgram("true", processes, environment)) {}

 protected:
  bool installed() override { return true; }

  SecretValues ask(const SecretRequest& request) override {
    SecretValues values;
    for (const std::string& name : names_under(request)) {
      set_value(values, name, reversed(replace_all(replace_all(name, "LPAREN", "("), "RPAREN", ")")));
    }
    return values;
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> test_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<TestAdapter>(processes, environment);
}

}  // namespace kamal
