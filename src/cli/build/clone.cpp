#include "cli/build/clone.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/errors.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;

void clone(Context& context, const commands::Builder& builder) {
  context.output.log(Severity::info,
                     fmt::format("Cloning repo into build directory `{}`...", builder.build_directory()));
  std::filesystem::create_directories(builder.clone_directory());
  context.local.execute(builder.clone());
}

void reset(Context& context, const commands::Builder& builder) {
  context.output.log(Severity::info, fmt::format("Resetting local clone as `{}` already exists...",
                                                 builder.build_directory()));
  for (const Command& command : builder.clone_reset_steps()) context.local.execute(command);
}

void validate(Context& context, const commands::Builder& builder) {
  const std::string status = context.local.capture(builder.clone_status());
  if (!status.empty())
    throw Error(ErrorKind::build, fmt::format("Clone in {} is dirty, {}", builder.build_directory(), status));
  const std::string revision = context.local.capture(builder.clone_revision());
  if (revision != context.git.revision()) {
    throw Error(ErrorKind::build,
                fmt::format("Clone in {} is not on the correct revision, expected `{}` but got `{}`",
                            builder.build_directory(), context.git.revision(), revision));
  }
}

}  // namespace

void prepare_clone(Context& context, const commands::Builder& builder) {
  try {
    if (std::filesystem::exists(builder.build_directory())) {
      reset(context, builder);
    } else {
      clone(context, builder);
    }
    validate(context, builder);
    return;
  } catch (const std::runtime_error& error) {
    context.effects.interruption.check();
    context.output.log(Severity::error,
                       fmt::format("Error preparing clone: {}, deleting and retrying...", error.what()));
  }
  std::filesystem::remove_all(builder.clone_directory());
  try {
    clone(context, builder);
    validate(context, builder);
  } catch (const sshkit::CommandFailed& failure) {
    throw Error(ErrorKind::build, fmt::format("Failed to clone repo: {}", failure.what()));
  }
}

}  // namespace kamal::cli
