#pragma once

#include <string>

#include "commands/builder/target.h"

namespace kamal::commands {

class LocalBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;
  Command create() const override;
  Command remove() const override;

 protected:
  std::string builder_name() const override;
};

class CloudBuild : public BuildTarget {
 public:
  using BuildTarget::BuildTarget;
  Command create() const override;
  Command remove() const override;

 protected:
  std::string builder_name() const override;
};

}  // namespace kamal::commands
