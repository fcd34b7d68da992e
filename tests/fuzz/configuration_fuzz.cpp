#include <cstdint>
#include <string_view>

#include "kamal/config/loader.h"
#include "kamal/config/printing.h"
#include "kamal/erb/template.h"
#include "kamal/yaml/reader.h"

// The way of a deploy.yml: template, YAML, validation, model, and what is printed of it.

namespace {

struct NoProcesses : kamal::Processes {
  kamal::ProcessResult run(const kamal::Process&, const kamal::OutputSink&) override {
    return {127, "", "", false};
  }
  int run_attached(const kamal::Process&) override { return 127; }
};

// Most inputs lack something that every configuration needs: with it in place they get further.
kamal::Value completed(const kamal::Value& value) {
  static const kamal::Value base =
      kamal::yaml::read(
          "service: shop\nimage: acme/shop\nservers: [ 192.0.2.1 ]\nregistry: { username: u, password: p }\n"
          "builder: { arch: amd64 }\n",
          "base.yml")
          .value;
  return kamal::deep_merge(base, value);
}

void use(const kamal::Value& raw) {
  kamal::config::LoadOptions options;
  options.builtin_commands = {"deploy"};
  const kamal::config::Configuration configuration = kamal::config::build_configuration(raw, options);
  const kamal::Version version("v1");
  kamal::config::configuration_yaml(configuration, version);
  kamal::config::configuration_json(configuration, version);
  for (const kamal::config::Role& role : configuration.roles) {
    for (const kamal::Host& host : role.host_names()) configuration.env_of(role, host);
  }
  for (const kamal::config::Accessory& accessory : configuration.accessories) accessory.path_volumes();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  NoProcesses processes;
  kamal::TemplateContext context;
  context.processes = &processes;
  try {
    const std::string text =
        kamal::render_template({reinterpret_cast<const char*>(data), size}, "deploy.yml", context);
    const kamal::Value value = kamal::yaml::read(text, "deploy.yml", {2000, 65536, 50}).value;
    try {
      use(value);
    } catch (const kamal::ConfigurationError&) {
    }
    use(completed(value));
  } catch (const kamal::ConfigurationError&) {
  }
  return 0;
}
