#pragma once

#include <memory>
#include <string>

#include "kamal/commands/builder.h"

namespace kamal::commands {

// The inputs of every build.
struct BuildJob {
  const config::Configuration& config;
  const Version& version;
  const BuildLocation& place;

  const config::Builder& settings() const { return config.builder; }
};

// A build strategy.
class BuildTarget {
 public:
  explicit BuildTarget(const BuildJob& job) : job_(job) {}
  virtual ~BuildTarget() = default;

  virtual Command create() const = 0;
  virtual Command remove() const = 0;
  virtual Command info() const;
  virtual Command inspect_builder() const;
  virtual Command push(const PushOptions& options, const Secrets& secrets) const;

 protected:
  virtual std::string builder_name() const = 0;

  BuildJob job_;
};

std::unique_ptr<BuildTarget> make_build_target(Builds kind, const BuildJob& job);

}  // namespace kamal::commands
