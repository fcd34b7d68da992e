#include "cli/app/endpoint.h"

#include <fmt/format.h>

namespace kamal::cli {

sshkit::Step find_endpoint(const commands::App& app, const Version& version, const config::Role& role,
                           const Host& host) {
  sshkit::Step find = step(app.container_id_for_version(version));
  find.save_as = "endpoint";
  find.if_empty = fmt::format("Failed to get endpoint for {} on {}, did the container boot?", role.name.str(),
                              host.str());
  return find;
}

}  // namespace kamal::cli
