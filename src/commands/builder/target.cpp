#include "commands/builder/target.h"

#include "commands/arguments.h"
#include "commands/builder/local.h"
#include "commands/builder/options.h"
#include "commands/builder/pack.h"
#include "commands/builder/remote.h"
#include "kamal/commands/base.h"

namespace kamal::commands {

Command BuildTarget::info() const { return combine({docker({"context", "ls"}), docker({"buildx", "ls"})}); }

Command BuildTarget::inspect_builder() const {
  if (job_.settings().docker_driver()) return {};
  return docker({"buildx", "inspect", builder_name()});
}

Command BuildTarget::push(const PushOptions& options, const Secrets& secrets) const {
  Command command = docker({"buildx", "build", "--output=type=" + options.output});
  command.add(platform_options(job_.settings().arches));
  if (!job_.settings().docker_driver()) command.add(Arguments{"--builder", builder_name()});
  command.add(tag_options(job_, options.tagging)).add(build_options(job_));
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
