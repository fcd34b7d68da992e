#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

OptionSpec no_cache_option();
// Builds the image and pushes it. First waits for logins to the hosts that will get it: if one of them is
// unreachable, or the deploy lock is not available, the image is not built.
void build_push(Context& context, const std::vector<Host>& destined_for);
enum class Pushed { no, yes };  // by this run

// Pulls the image on the app's hosts.
class ImagePull {
 public:
  // Logs in to the registry on them, which needs no lock.
  ImagePull(Context& context, Pushed pushed);
  // Requires the deploy lock: two runs of one version would remove each other's image. `more` adds steps for
  // a host.
  using More = std::function<void(sshkit::Steps&, const Host&)>;
  void run(const More& more = {});

 private:
  class Available;
  void pull_on(const std::vector<Host>& hosts, const More& more);
  void pull_with_steps(sshkit::Remote& remote, Available& available, const More& more);

  Context& context_;
  Pushed pushed_;
  std::vector<Host> hosts_;
  std::optional<commands::Builder> builder_;
  std::vector<Host> seeds_;  // one host per registry mirror
};

}  // namespace kamal::cli
