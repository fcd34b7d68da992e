#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/proxy/services.h"
#include "cli/status/fleet_status.h"

namespace kamal::cli {

// A role or an accessory, as docker and kamal-proxy on a host know it.
struct Owner {
  std::string name{};
  std::string role{};         // label of its containers; "" for an accessory
  std::string name_prefix{};  // of a role's containers; an accessory's whole name
  std::string service{};      // of kamal-proxy
  bool proxied = false;
};

// The parsed replies of one host.
class HostReport {
 public:
  explicit HostReport(Host host) : host_(std::move(host)) {}

  // Each parses the reply to one query; a failure becomes a problem.
  void read_lock(const Context& context, std::span<const sshkit::StepResult> replies);
  void read_containers(const sshkit::Output& output, const std::string& query,
                       const sshkit::StepResult& reply);
  void read_services(const sshkit::Output& output, const std::string& query, const sshkit::StepResult& reply);
  void read_usage(const sshkit::Output& output, const std::string& query, const sshkit::StepResult& reply);

  bool known() const { return containers_known_; }
  // Its running containers, the serving one first; if none runs, the newest one; an empty place if there is
  // none.
  std::vector<PlaceStatus> places(const Owner& owner) const;
  std::optional<AppContainer> proxy() const;
  const LockStatus& lock() const { return lock_; }
  const std::vector<StatusProblem>& problems() const { return problems_; }

 private:
  void add_problem(StatusProblem::Scope scope, const sshkit::Output& output, const std::string& query,
                   const sshkit::StepResult& reply);
  std::vector<AppContainer> containers_of(const Owner& owner) const;
  std::optional<Traffic> traffic(const AppContainer& container, const Owner& owner,
                                 const std::vector<AppContainer>& all) const;
  PlaceStatus place(const AppContainer& container, const Owner& owner,
                    const std::vector<AppContainer>& all) const;

  Host host_;
  LockStatus lock_{};
  std::string containers_{};  // of the host, as docker lists them
  std::map<std::string, std::chrono::system_clock::time_point> images_{};  // created; by ID
  std::vector<ProxyService> services_{};
  std::map<std::string, Usage> usage_{};  // by ID of the container
  std::vector<StatusProblem> problems_{};
  bool containers_known_ = false, services_known_ = false;
};

// Queries a host in one round trip, with more steps whose replies are kept. Throws ConnectionError.
HostReport ask_host(Context& context, sshkit::Remote& remote, WithUsage usage, const sshkit::Steps& more,
                    std::vector<sshkit::StepResult>& replies_to_more);

// The number at the start of a text, at least 0, and what follows it.
std::optional<std::pair<double, std::string>> parse_quantity(std::string_view text);
// 0.07%|12.5MiB / 1.9GiB. Nothing if docker has no numbers.
std::optional<Usage> parse_usage(std::string_view cpu, std::string_view memory);

}  // namespace kamal::cli
