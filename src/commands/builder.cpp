#include "kamal/commands/builder.h"

#include <filesystem>

#include "commands/build_targets.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Builder::Builder(const config::Configuration& config, Version version, BuildLocation place)
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

std::unique_ptr<BuildTarget> Builder::target() const {
  return make_build_target(kind(), {config_, version_, place_});
}

Command Builder::create() const { return target()->create(); }
Command Builder::remove() const { return target()->remove(); }
Command Builder::info() const { return question(target()->info()); }
Command Builder::inspect_builder() const { return question(target()->inspect_builder()); }
Command Builder::push(const PushOptions& options, const Secrets& secrets) const {
  return target()->push(options, secrets);
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
  return question(docker({"info", "--format", "{{index .RegistryConfig.Mirrors 0}}"}));
}

namespace {

constexpr size_t hash_length = 13;

Command git(const std::string& directory, const Arguments& arguments) {
  return Command{"git", "-C", directory}.add(arguments);
}

}  // namespace

bool Builder::git_clone() const { return place_.git_used && !config_.builder.context; }

std::string Builder::clone_directory() const {
  const std::string hash = place_.working_directory_hash.substr(0, hash_length);
  return place_.temp_directory + "/kamal-clones/" + config_.service + "-" + hash;
}

std::string Builder::build_directory() const {
  if (!git_clone()) return ".";
  const std::string repository = std::filesystem::path(place_.git_root).filename();
  const bool inside = place_.working_directory.starts_with(place_.git_root);
  const std::string below = inside ? place_.working_directory.substr(place_.git_root.size()) : "";
  return clone_directory() + "/" + repository + below;
}

Command Builder::clone() const {
  return git(clone_directory(), {"clone", place_.git_root, "--recurse-submodules"});
}

std::vector<Command> Builder::clone_reset_steps() const {
  const std::string directory = build_directory();
  return {git(directory, {"remote", "set-url", "origin", place_.git_root}),
          git(directory, {"fetch", "origin"}),
          git(directory, {"reset", "--hard", place_.revision}),
          git(directory, {"clean", "-fdx"}),
          git(directory, {"submodule", "update", "--init"}),
          git(directory, {"gc", "--auto", "--quiet"})};
}

Command Builder::clone_status() const { return git(build_directory(), {"status", "--porcelain"}); }

Command Builder::clone_revision() const { return git(build_directory(), {"rev-parse", "HEAD"}); }

}  // namespace kamal::commands
