#include "commands/builder/pack.h"

#include "commands/arguments.h"
#include "commands/builder/options.h"
#include "kamal/commands/base.h"

namespace kamal::commands {
namespace {

// What puts the label on the image that servers check it by.
constexpr const char* label_buildpack = "paketo-buildpacks/image-labels";

Arguments buildpack_options(const config::Buildpacks& pack) {
  Arguments arguments;
  for (const std::string& buildpack : pack.buildpacks) {
    arguments.insert(arguments.end(), {"--buildpack", buildpack});
  }
  arguments.insert(arguments.end(), {"--buildpack", label_buildpack});
  return arguments;
}

}  // namespace

Command PackBuild::info() const {
  return {"pack", "builder", "inspect", job_.settings().pack.value().builder};
}

Command PackBuild::push(const PushOptions& options, const Secrets& secrets) const {
  if (options.output != "registry") return build(options, secrets);
  return combine({build(options, secrets), docker({"push", job_.config.absolute_image(job_.version)}),
                  docker({"push", job_.config.latest_image()})});
}

Command PackBuild::build(const PushOptions& options, const Secrets& secrets) const {
  const config::Builder& settings = job_.settings();
  const std::vector<std::string> arches = settings.local_arches(job_.place.machine);
  Command command{"pack",
                  "build",
                  job_.config.repository(),
                  "--platform",
                  "linux/" + (arches.empty() ? "" : arches.front()),
                  "--creation-time",
                  "now",
                  "--builder",
                  settings.pack.value().builder};
  command.add(buildpack_options(*settings.pack)).add(tag_options(job_, options.tagging));
  if (options.caching == BuildCaching::skip) command.add("--clear-cache");
  command.add(Arguments{"--env", "BP_IMAGE_LABELS=service=" + job_.config.service});
  command.add(hidden_values("--env", job_));
  // Only the name: pack takes the value from its environment, where `ps` does not show it.
  for (const std::string& secret : settings.secrets) command.add(Arguments{"--env", secret});
  add_secrets(command, job_, secrets);
  return command.add(Arguments{"--path", raw_word(settings.context_or_default())});
}

}  // namespace kamal::commands
