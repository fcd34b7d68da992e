#pragma once

#include <string>

#include "commands/builder/target.h"

namespace kamal::commands {

// On another machine, for architectures that this one does not have.
class RemoteBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;
  Command create() const override;
  Command remove() const override;
  Command info() const override;
  Command inspect_builder() const override;
  Command push(const PushOptions& options, const Secrets& secrets) const override;

 protected:
  std::string builder_name() const override;
  std::string name_suffix() const;
  std::string context_name() const { return builder_name() + "-context"; }
  Command create_context() const;
};

// Some architectures here, the others there.
class HybridBuild : public RemoteBuild {
 public:
  using RemoteBuild::RemoteBuild;
  Command create() const override;

 protected:
  std::string builder_name() const override;
};

}  // namespace kamal::commands
