#pragma once

#include "cli/plan/gather.h"
#include "cli/plan/plan.h"

namespace kamal::cli {

// Compares what runs with what this version of kamal would run for deploy.yml.
class FleetComparison {
 public:
  // Keeps references.
  FleetComparison(Context& context, const Facts& facts) : context_(context), facts_(facts) {}

  // A role's container with what would be run for the container's own version.
  Comparison role(const PlaceStatus& place, const config::Role& role);
  Comparison accessory(const PlaceStatus& place, const config::Accessory& accessory);
  Comparison proxy(const ProxyStatus& proxy);  // with proxy/run; nothing to compare without it
  // What could not be compared, each once: secrets that can't be read, containers that vanished.
  const std::vector<StatusProblem>& problems() const { return problems_; }

 private:
  // The text of an env file; on failure, a problem.
  std::optional<std::string> env_file(const std::function<std::string()>& read);
  Comparison container(const Host& host, const AppContainer& container, const std::vector<std::string>& line,
                       const config::Env* env, const std::optional<std::string>& env_file);
  void add_problem(const StatusProblem& problem);
  void add_proxy_settings(Comparison& comparison, const Host& host, const std::string& service,
                          const std::vector<std::string>& line) const;

  Context& context_;
  const Facts& facts_;
  std::vector<StatusProblem> problems_;
};

}  // namespace kamal::cli
