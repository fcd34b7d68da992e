#include "cli/plan/pruning.h"

#include <algorithm>
#include <set>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;

bool is_stopped(const json& container) {
  const std::string status = text_at(container, "/State/Status");
  return status == "created" || status == "exited" || status == "dead";
}

// Whether the planned command stops it.
bool will_stop(const config::Configuration& config, const Host& host, const std::string& name,
               const Plan& plan) {
  return std::ranges::any_of(plan.roles, [&](const PlannedContainer& one) {
    const config::Role* const role = config.role(RoleName(one.name));
    return one.host == host && (one.action == Action::replace || one.action == Action::stop) && role &&
           config.container_name(*role, one.before) == name;
  });
}

}  // namespace

PlannedPruning plan_pruning(const config::Configuration& config, const Host& host, const HostDetails& details,
                            const Plan& plan, const Version& version) {
  PlannedPruning pruning{.host = host};
  std::set<std::string> kept_images = {config.latest_image(), config.absolute_image(version)};
  int stopped = 0;
  for (const json& container : details.containers) {  // newest first
    if (text_at(container, "/Config/Labels/service") != config.service) continue;
    const std::string name = name_in(container);
    const bool stops = is_stopped(container) || will_stop(config, host, name, plan);
    if (stops && ++stopped > config.retain_containers) {
      pruning.containers.push_back(name);
    } else {
      kept_images.insert(text_at(container, "/Config/Image"));
    }
  }
  for (const std::string& image : details.image_names) {
    if (!image.ends_with(":<none>") && !kept_images.contains(image)) pruning.images.push_back(image);
  }
  return pruning;
}

}  // namespace kamal::cli
