#include "cli/app/endpoint.h"

#include <fmt/format.h>

namespace kamal::cli {

sshkit::Step find_endpoint(const commands::App& app, const Version& version, const config::Role& role,
                           const Host& host) {
  return sshkit::Step::run(app.container_id_for_version(version))
      .save_as("endpoint", fmt::format("Failed to get endpoint for {} on {}, did the container boot?",
                                       role.name.str(), host.str()));
}

}  // namespace kamal::cli
