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

// A way to build.
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

// On a remote machine, for architectures that this one can't build natively.
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

// Some architectures on this machine, the others on the remote one.
class HybridBuild : public RemoteBuild {
 public:
  using RemoteBuild::RemoteBuild;
  Command create() const override;

 protected:
  std::string builder_name() const override;
};

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
