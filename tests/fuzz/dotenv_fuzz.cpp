// Any bytes as a secrets file, and as what `kamal secrets extract` gets.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "kamal/secrets/adapters.h"
#include "kamal/support/encoding.h"
#include "kamal/support/quoting.h"
#include "kamal/yaml/value.h"
#include "secrets/reader.h"

namespace {

using namespace kamal;

// Commands print themselves: odd text comes back in where values do.
class Echo : public Processes {
 public:
  ProcessResult run(const Process& process, const OutputSink& = nullptr) override {
    const std::string& command = process.env.back().second;
    const int status = command.starts_with("false") ? 1 : 0;
    return {status, command, "", false};
  }
  int run_attached(const Process&) override { return 0; }
};

void require(bool holds) {
  if (!holds) std::abort();
}

void read_as_secrets(const std::string& text) {
  Echo processes;
  SecretsContext context;
  context.environment = {{"HOME", "/root"}, {"DOLLARS", "$A ${B} $(c)"}};
  context.processes = &processes;
  context.inline_kamal = [](const std::vector<std::string>& words) { return words.back(); };
  context.warn = [](const std::string& warning) { require(!warning.empty()); };
  try {
    const SecretTable table = read_secrets(text, "secrets", context);
    for (const auto& [name, value] : table.entries()) {
      require(!name.empty() && table.find(name) != nullptr);
      require(is_utf8_text(value));
    }
  } catch (const ConfigurationError&) {
  }
}

void extract(const std::string& text) {
  try {
    secrets_extract("A", text);
  } catch (const std::runtime_error&) {
  }
}

void escape(const std::string& text) {
  const auto words = shell_split(shellwords_escape(text));
  require(words && words->size() == 1 && words->front() == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_as_secrets(text);
  extract(text);
  escape(text);
  return 0;
}
