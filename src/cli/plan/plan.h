#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/plan/settings.h"
#include "cli/status/fleet_status.h"

namespace kamal::cli {

enum class Operation { setup, deploy, redeploy, rollback, boot_app, boot_accessory, remove };

// The command that is looked ahead to.
struct PlannedCommand {
  Operation operation = Operation::deploy;
  std::vector<std::string> words{};  // accessory boot db
  std::string accessory{};           // NAME or all
  std::optional<Version> version{};  // of a rollback

  bool deploys() const { return operation <= Operation::redeploy; }  // builds and boots the app
  bool boots_app() const { return operation <= Operation::boot_app; }
  bool boots_accessory(const std::string& name) const;
  bool shows_accessory(const std::string& name) const;
  bool boots_proxy() const { return operation <= Operation::deploy; }
  bool prunes() const { return operation <= Operation::deploy; }
};

// What happens to a container.
enum class Action { keep, start, replace, stop, remove };
const char* name_of(Action action);

// A role, an accessory or kamal-proxy on a host.
struct PlannedContainer {
  Host host{};
  std::string name{};  // of the role or accessory
  Action action{};
  Version before{}, after{};  // of role or proxy; "" without a container
  Comparison comparison{};
  std::string advice{};  // a command line that makes it what deploy.yml says, if the planned one does not
  std::string note{};
  bool known = true;

  bool changes() const;  // or is not as deploy.yml says
};

struct PlannedPruning {
  Host host{};
  std::vector<std::string> containers{}, images{};  // names
};

// Between the version that runs and the one to come.
struct Commits {
  enum class Direction { forward, back };
  size_t count = 0;
  std::vector<std::string> subjects{};  // the newest ones
  Direction direction = Direction::forward;
};

struct Plan {
  PlannedCommand command{};
  std::vector<std::pair<Version, std::vector<Host>>> versions_now{};  // of the app
  std::vector<Version> versions_then{};                               // more than one only for `app boot`
  std::optional<Commits> commits{};
  std::string image{};  // to build, or to pull if it is not to be built
  bool builds = false;
  std::vector<Host> image_hosts{};  // that have it
  std::vector<PlannedContainer> roles{}, accessories{}, proxies{};
  std::vector<std::string> hooks{};
  std::vector<PlannedPruning> prunings{};
  std::vector<std::string> notes{};
  std::vector<LockStatus> locks{};
  std::vector<StatusProblem> problems{};  // what could not be found out; of no host: ""
  size_t host_count = 0;

  bool changes() const;
};

// Queries the servers. Throws UsageError for an unknown accessory.
Plan make_plan(Context& context, const PlannedCommand& command);

}  // namespace kamal::cli
