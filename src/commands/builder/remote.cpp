#include "commands/builder/remote.h"

#include <cctype>

#include "commands/builder/options.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Command RemoteBuild::create() const {
  const Command create_builder =
      docker({"buildx", "create", "--name", builder_name()}).add(driver_options(job_)).add(context_name());
  return chain({create_context(), create_builder});
}

Command RemoteBuild::create_context() const {
  return docker({"context", "create", context_name(), "--description", builder_name() + " host", "--docker",
                 "host=" + job_.settings().remote.value()});
}

Command RemoteBuild::remove() const {
  return chain({docker({"context", "rm", context_name()}), docker({"buildx", "rm", builder_name()})});
}

Command RemoteBuild::info() const { return chain({docker({"context", "ls"}), docker({"buildx", "ls"})}); }

// A builder of that name may be left from before `remote` changed, so its context must lead to the same
// place.
Command RemoteBuild::inspect_builder() const {
  const Command builder_fits =
      pipe({docker({"buildx", "inspect", builder_name()}), {"grep", "-q", "Endpoint:.*" + context_name()}});
  const Command context_fits =
      pipe({docker({"context", "inspect", context_name(), "--format", "{{.Endpoints.docker.Host}}"}),
            {"grep", "-xqF", "-e", job_.settings().remote.value()}});
  return any_of(
      {combine({builder_fits, context_fits}), {Argument::syntax("(echo no compatible builder && exit 1)")}});
}

Command RemoteBuild::push(const PushOptions& options, const Secrets& secrets) const {
  Command command = BuildTarget::push(options, secrets);
  // The remote BuildKit logs in to the registry itself, with its own credentials. A dirty image is for this
  // machine and goes to no registry.
  if (options.tagging == Tagging::dirty) return command;
  return command.with_env("BUILDKIT_NO_CLIENT_TOKEN", "1");
}

std::string RemoteBuild::builder_name() const { return "kamal-remote-" + name_suffix(); }

std::string RemoteBuild::name_suffix() const {
  std::string suffix = job_.settings().remote.value();
  for (char& c : suffix) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (std::islower(byte) == 0 && std::isdigit(byte) == 0 && c != '_' && c != '-') c = '-';
  }
  return suffix + (job_.config.registry.local() ? "-local-registry" : "");
}

Command HybridBuild::create() const {
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

std::string HybridBuild::builder_name() const {
  return "kamal-hybrid-" + job_.settings().driver + "-" + name_suffix();
}

}  // namespace kamal::commands
