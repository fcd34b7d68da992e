#include "kamal/commands/builder.h"

#include <utility>

#include "commands/builder/target.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Builder::Builder(const config::Configuration& config, Version version, BuildPlace place)
    : config_(config), version_(std::move(version)), place_(std::move(place)) {}

Builds Builder::kind() const {
  const config::Builder& settings = config_.builder;
  if (settings.builds_remotely(place_.machine)) {
    return settings.builds_locally(place_.machine) ? Builds::hybrid : Builds::remote;
  }
  if (settings.pack) return Builds::pack;
  return settings.cloud() ? Builds::cloud : Builds::local;
}

std::string Builder::name() const {
  switch (kind()) {
    case Builds::local:
      return "local";
    case Builds::remote:
      return "remote";
    case Builds::hybrid:
      return "hybrid";
    case Builds::cloud:
      return "cloud";
    case Builds::pack:
      return "pack";
  }
  return "";
}

Command Builder::create() const { return make_build_target(kind(), {config_, version_, place_})->create(); }
Command Builder::remove() const { return make_build_target(kind(), {config_, version_, place_})->remove(); }
Command Builder::info() const { return make_build_target(kind(), {config_, version_, place_})->info(); }

Command Builder::inspect_builder() const {
  return make_build_target(kind(), {config_, version_, place_})->inspect_builder();
}

Command Builder::push(const PushOptions& options, const Secrets& secrets) const {
  return make_build_target(kind(), {config_, version_, place_})->push(options, secrets);
}

bool Builder::login_to_registry_locally() const {
  return kind() != Builds::remote && kind() != Builds::hybrid;
}

Command Builder::clean() const {
  return docker({"image", "rm", "--force", config_.absolute_image(version_)});
}

Command Builder::pull() const { return docker({"pull", config_.absolute_image(version_)}); }

Command Builder::validate_image() const {
  const std::string image = config_.absolute_image(version_);
  const Command complain{Argument::syntax("(echo"), "Image " + image + " is missing the 'service' label",
                         Argument::syntax("&& exit 1)")};
  return pipe({docker({"inspect", "-f", "{{ .Config.Labels.service }}", image}),
               any_of({{"grep", "-x", config_.service}, complain})});
}

Command Builder::first_mirror() const {
  return docker({"info", "--format", "{{index .RegistryConfig.Mirrors 0}}"});
}

}  // namespace kamal::commands
