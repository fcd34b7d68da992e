#include "commands/builder/local.h"

#include "commands/arguments.h"
#include "commands/builder/options.h"
#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::commands {

Command LocalBuild::create() const {
  if (job_.settings().docker_driver()) return {};
  return docker({"buildx", "create", "--name", builder_name(), "--driver=" + job_.settings().driver})
      .add(driver_options(job_));
}

Command LocalBuild::remove() const {
  if (job_.settings().docker_driver()) return {};
  return docker({"buildx", "rm", builder_name()});
}

std::string LocalBuild::builder_name() const {
  const std::string prefix = job_.config.registry.local() ? "kamal-local-registry-" : "kamal-local-";
  return prefix + job_.settings().driver;
}

// The driver is `cloud ORGANISATION/BUILDER`: words for docker, and the builder's name.
Command CloudBuild::create() const {
  Command command = docker({"buildx", "create", "--driver"});
  for (const std::string& part : split(job_.settings().driver, ' ')) {
    if (!part.empty()) command.add(part);
  }
  return command;
}

Command CloudBuild::remove() const { return docker({"buildx", "rm", builder_name()}); }

std::string CloudBuild::builder_name() const {
  return replace_all(replace_all(job_.settings().driver, " ", "-"), "/", "-");
}

}  // namespace kamal::commands
