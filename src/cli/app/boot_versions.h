#pragma once

#include <map>
#include <utility>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// The version to boot on each host. They differ only if the hosts' latest images do.
class BootVersions {
 public:
  explicit BootVersions(Version everywhere) : primary_(std::move(everywhere)) {}
  BootVersions(Version primary, std::map<Host, Version> by_host)
      : primary_(std::move(primary)), by_host_(std::move(by_host)) {}

  const Version& primary() const { return primary_; }  // the primary host's, for hooks
  const Version& on(const Host& host) const;
  std::vector<Version> all() const;  // each once, the primary host's first

 private:
  Version primary_;
  std::map<Host, Version> by_host_;
};

// --version, or what the latest image of each host is. Hosts whose latest image has no other tag boot the
// tag `latest` itself, with a warning.
BootVersions versions_to_boot(Context& context);

}  // namespace kamal::cli
