#pragma once

#include "cli/context.h"
#include "kamal/commands/app.h"

namespace kamal::cli {

// The container that kamal-proxy is to send requests to: a step finds its id, later ones of the list use it.
inline constexpr const char* endpoint = "${endpoint}";

// Fails where the version has no container on the host.
sshkit::Step find_endpoint(const commands::App& app, const Version& version, const config::Role& role,
                           const Host& host);

}  // namespace kamal::cli
