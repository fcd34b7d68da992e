#include "commands/build_targets.h"

#include <algorithm>
#include <functional>

#include "commands/arguments.h"
#include "commands/build_options.h"
#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

class LocalBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;

  Command create() const override {
    if (job_.settings().docker_driver()) return {};
    return docker({"buildx", "create", "--name", builder_name(), "--driver=" + job_.settings().driver})
        .add(driver_options(job_));
  }

  Command remove() const override {
    if (job_.settings().docker_driver()) return {};
    return docker({"buildx", "rm", builder_name()});
  }

 private:
  std::string builder_name() const override {
    const std::string prefix = job_.config.registry.local() ? "kamal-local-registry-" : "kamal-local-";
    return prefix + job_.settings().driver;
  }
};

// The driver is `cloud ORG/BUILDER`: arguments for docker, and the builder's name.
class CloudBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;

  Command create() const override {
    Command command = docker({"buildx", "create", "--driver"});
    for (const std::string& part : split(job_.settings().driver, ' ')) {
      if (!part.empty()) command.add(part);
    }
    return command;
  }

  Command remove() const override { return docker({"buildx", "rm", builder_name()}); }

 private:
  std::string builder_name() const override {
    return replace_all(replace_all(job_.settings().driver, " ", "-"), "/", "-");
  }
};

// On a remote machine, for architectures that this one can't build natively.
class RemoteBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;

  Command create() const override {
    const Command create_builder =
        docker({"buildx", "create", "--name", builder_name()}).add(driver_options(job_)).add(context_name());
    return chain({create_context(), create_builder});
  }

  Command remove() const override {
    return chain({docker({"context", "rm", context_name()}), docker({"buildx", "rm", builder_name()})});
  }

  Command info() const override { return chain({docker({"context", "ls"}), docker({"buildx", "ls"})}); }

  // A builder of that name may be left over from before `remote` changed, so its context must match.
  Command inspect_builder() const override {
    const Command builder_fits =
        pipe({docker({"buildx", "inspect", builder_name()}), {"grep", "-q", "Endpoint:.*" + context_name()}});
    const Command context_fits =
        pipe({docker({"context", "inspect", context_name(), "--format", "{{.Endpoints.docker.Host}}"}),
              {"grep", "-xqF", "-e", job_.settings().remote.value()}});
    return any_of({combine({builder_fits, context_fits}),
                   {Argument::syntax("(echo no compatible builder && exit 1)")}});
  }

  Command push(const PushOptions& options, const Secrets& secrets) const override {
    Command command = BuildTarget::push(options, secrets);
    // The remote BuildKit logs in to the registry itself, with its own credentials. A dirty image is for this
    // machine and goes to no registry.
    if (options.tagging == Tagging::dirty) return command;
    return command.with_env("BUILDKIT_NO_CLIENT_TOKEN", "1");
  }

 protected:
  std::string builder_name() const override { return "kamal-remote-" + name_suffix(); }

  std::string name_suffix() const {
    const auto is_kept = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-'; };
    std::string suffix = job_.settings().remote.value();
    std::ranges::replace_if(suffix, std::not_fn(is_kept), '-');
    return suffix + (job_.config.registry.local() ? "-local-registry" : "");
  }

  std::string context_name() const { return builder_name() + "-context"; }

  Command create_context() const {
    return docker({"context", "create", context_name(), "--description", builder_name() + " host", "--docker",
                   "host=" + job_.settings().remote.value()});
  }
};

// Some architectures on this machine, the others on the remote one.
class HybridBuild : public RemoteBuild {
 public:
  using RemoteBuild::RemoteBuild;

  Command create() const override {
    const config::Builder& settings = job_.settings();
    const Command create_here = docker({"buildx", "create"})
                                    .add(platform_options(settings.local_arches(job_.place.machine)))
                                    .add(Arguments{"--name", builder_name(), "--driver=" + settings.driver})
                                    .add(driver_options(job_));
    const Command append_there = docker({"buildx", "create"})
                                     .add(platform_options(settings.remote_arches(job_.place.machine)))
                                     .add(Arguments{"--append", "--name", builder_name()})
                                     .add(driver_options(job_))
                                     .add(context_name());
    return combine({create_here, create_context(), append_there});
  }

 private:
  std::string builder_name() const override {
    return "kamal-hybrid-" + job_.settings().driver + "-" + name_suffix();
  }
};

// Sets the image label that servers validate.
constexpr const char* label_buildpack = "paketo-buildpacks/image-labels";

// Cloud Native Buildpacks, without a Dockerfile.
class PackBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;

  Command create() const override { return {}; }
  Command remove() const override { return {}; }
  Command info() const override {
    return {"pack", "builder", "inspect", job_.settings().pack.value().builder};
  }
  Command inspect_builder() const override { return info(); }

  Command push(const PushOptions& options, const Secrets& secrets) const override {
    if (options.output != "registry") return build(options, secrets);
    return combine({build(options, secrets), docker({"push", job_.config.absolute_image(job_.version)}),
                    docker({"push", job_.config.latest_image()})});
  }

 private:
  std::string builder_name() const override { return ""; }

  Command build(const PushOptions& options, const Secrets& secrets) const {
    const config::Builder& settings = job_.settings();
    const std::vector<std::string> arches = settings.local_arches(job_.place.machine);
    const config::Buildpacks& pack = settings.pack.value();
    Command command{"pack", "build", job_.config.repository()};
    command.add(Arguments{"--platform", "linux/" + (arches.empty() ? "" : arches.front())});
    command.add(Arguments{"--creation-time", "now", "--builder", pack.builder});
    for (const std::string& buildpack : pack.buildpacks) command.add(Arguments{"--buildpack", buildpack});
    command.add(Arguments{"--buildpack", label_buildpack}).add(tag_options(job_, options.tagging));
    if (options.caching == BuildCaching::skip) command.add("--clear-cache");
    command.add(Arguments{"--env", "BP_IMAGE_LABELS=service=" + job_.config.service});
    command.add(hidden_values("--env", job_));
    // Only the name: pack takes the value from its environment, which `ps` does not show.
    for (const std::string& secret : settings.secrets) command.add(Arguments{"--env", secret});
    add_secrets(command, job_, secrets);
    return command.add(Arguments{"--path", raw_word(settings.context_or_default())});
  }
};

}  // namespace

Command BuildTarget::info() const { return combine({docker({"context", "ls"}), docker({"buildx", "ls"})}); }

Command BuildTarget::inspect_builder() const {
  if (job_.settings().docker_driver()) return {};
  return docker({"buildx", "inspect", builder_name()});
}

Command BuildTarget::push(const PushOptions& options, const Secrets& secrets) const {
  Command command = docker({"buildx", "build", "--output=type=" + options.output});
  command.add(platform_options(job_.settings().arches));
  if (!job_.settings().docker_driver()) command.add(Arguments{"--builder", builder_name()});
  command.add(tag_options(job_, options.tagging));
  add_build_options(command, job_);
  if (options.caching == BuildCaching::skip) command.add("--no-cache");
  add_secrets(command, job_, secrets);
  return command.add(raw_word(job_.settings().context_or_default()));
}

std::unique_ptr<BuildTarget> make_build_target(Builds kind, const BuildJob& job) {
  switch (kind) {
    case Builds::remote:
      return std::make_unique<RemoteBuild>(job);
    case Builds::hybrid:
      return std::make_unique<HybridBuild>(job);
    case Builds::cloud:
      return std::make_unique<CloudBuild>(job);
    case Builds::pack:
      return std::make_unique<PackBuild>(job);
    case Builds::local:
      break;
  }
  return std::make_unique<LocalBuild>(job);
}

}  // namespace kamal::commands
