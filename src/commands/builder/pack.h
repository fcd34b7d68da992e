#pragma once

#include <string>

#include "commands/builder/target.h"

namespace kamal::commands {

// Cloud Native Buildpacks, without a Dockerfile.
class PackBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;
  Command create() const override { return {}; }
  Command remove() const override { return {}; }
  Command info() const override;
  Command inspect_builder() const override { return info(); }
  Command push(const PushOptions& options, const Secrets& secrets) const override;

 protected:
  std::string builder_name() const override { return ""; }

 private:
  Command build(const PushOptions& options, const Secrets& secrets) const;
};

}  // namespace kamal::commands
