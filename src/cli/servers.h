#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/selection.h"
#include "cli/timeline.h"
#include "kamal/cli/run.h"
#include "kamal/secrets/secrets.h"
#include "kamal/sshkit/executor.h"

namespace kamal::cli {

// The servers of a run: runs recipes on them, and tracks what has been done there.
class Servers {
 public:
  // `pre_connect` runs once, before the first connection.
  Servers(const Effects& effects, const config::Configuration& config, const Secrets& secrets,
          sshkit::Output& output, Timeline& timeline, sshkit::Changes changes,
          std::function<void()> pre_connect);

  // Runs `pre_connect` (even if there is no host to connect to), then the recipe on each host at once. Only
  // these hosts are connected to.
  void on(const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe);
  void on_each(const std::vector<sshkit::Executor::Task>& tasks);  // no tasks, no hook
  // For every selected role on its hosts.
  using RoleRecipe = std::function<void(sshkit::Remote&, const config::Role&)>;
  void on_roles(const Selection& selection, RoleOrder order, const RoleRecipe& recipe);
  // What the recipe returns on each host.
  template <class Recipe>
  auto collect(const std::vector<Host>& hosts, const Recipe& recipe) {
    std::map<Host, std::invoke_result_t<Recipe, sshkit::Remote&>> results;
    std::mutex mutex;
    on(hosts, [&](sshkit::Remote& remote) {
      auto result = recipe(remote);
      const std::lock_guard lock(mutex);
      results.emplace(remote.host(), std::move(result));
    });
    return results;
  }
  // The hosts on which the recipe returns true.
  std::vector<Host> hosts_where(const std::vector<Host>& hosts,
                                const std::function<bool(sshkit::Remote&)>& recipe);
  sshkit::Server& server(const Host& host);
  // The hook alone, once per run.
  void pre_connect();
  // The hook, then connections in the background to hosts that will be needed.
  void connect(const std::vector<Host>& hosts);
  // Waits until all these hosts are logged in to. Throws ExecuteError with all that failed.
  void wait_for_logins(const std::vector<Host>& hosts);
  // Likewise if a login is known to have failed; never waits.
  void check_logins(const std::vector<Host>& hosts);

  // Each records a fact about a host for this run, and returns whether it is new.
  bool mark_run_directory(const Host& host);
  bool mark_image(const Host& host, const std::string& image);
  // The last login to a registry: new if it was with another account, or if there was none.
  bool mark_login(const Host& host, const std::string& registry, const std::string& account);

 private:
  // Reported to the timeline.
  sshkit::Executor::Task followed(const sshkit::Executor::Task& task);
  sshkit::Backend& backend();
  sshkit::SshSettings ssh_settings() const;

  const Effects& effects_;
  const config::Configuration& config_;
  const Secrets& secrets_;
  sshkit::Output& output_;
  Timeline& timeline_;
  const sshkit::Changes changes_;
  const std::function<void()> pre_connect_;
  bool pre_connect_done_ = false;
  std::unique_ptr<sshkit::Backend> backend_;
  std::unique_ptr<sshkit::Executor> executor_;
  std::mutex mutex_;
  std::set<Host> connected_;  // or connecting
  std::set<Host> run_directories_;
  std::set<std::pair<Host, std::string>> images_;
  std::map<std::pair<Host, std::string>, std::string> accounts_;  // by host and registry
};

}  // namespace kamal::cli
