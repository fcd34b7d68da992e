#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/context.h"

namespace kamal::cli {

// Where a rollback without a version goes, and from where.
struct RollbackTarget {
  std::vector<Version> running;  // what runs now, each once
  Version version;
};

// Looks at the app's containers and at the audit log of the primary host. Throws Error (no_action) if no
// version that ran before has a container everywhere.
RollbackTarget find_rollback_target(Context& context);

// The versions that the audit log says were deployed without a failure, the oldest first.
std::vector<Version> deployed_versions(std::string_view audit_log);

// What ran before: where some places run something else than the last version that was deployed without a
// failure, that one; otherwise the one before it. Without an audit log, what was stopped last.
std::optional<Version> version_before(const std::map<Place, RoleState>& states,
                                      const std::vector<Version>& deployed);

}  // namespace kamal::cli
