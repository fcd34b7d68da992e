// Any bytes as a template: text comes out, or a ConfigurationError that names the file.
#include <cstdint>
#include <cstdlib>

#include "kamal/erb/template.h"
#include "kamal/yaml/value.h"

namespace {

using namespace kamal;

// Nothing is run for real.
class Echo : public Processes {
 public:
  ProcessResult run(const Process& process, const OutputSink& = nullptr) override {
    return {static_cast<int>(process.argv.back().size() % 2), process.argv.back() + "\n", "", false};
  }
  int run_attached(const Process&) override { return 0; }
};

void require(bool holds) {
  if (!holds) std::abort();
}

void render(const std::string& text) {
  Echo processes;
  TemplateContext context;
  context.environment = {{"HOST", "example.com"}, {"COUNT", "3"}, {"PATH", "/nowhere"}};
  context.processes = &processes;
  try {
    const std::string result = render_template(text, "fuzz.yml", context);
    require(text.find("<%") != std::string::npos || result == text);
  } catch (const ConfigurationError& error) {
    require(error.problems().size() == 1 && error.problems()[0].mark.file == "fuzz.yml");
    require(!error.problems()[0].message.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  render(text);
  render("<%= " + text + " %>");
  return 0;
}
