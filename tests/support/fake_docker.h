#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kamal::test {

// What a command answers.
struct Answer {
  int status = 0;
  std::string out{};
  std::string err{};
};

// As much of Docker as the recipes ask about: containers have a name and run or don't. The id of a container
// is `id-` and its name. kamal-proxy points at what it was deployed with.
class FakeDocker {
 public:
  struct Container {
    std::string name;
    bool running = true;
    std::string status{}, health{};  // running or exited without a status of its own
    int restarts = 0, exit_code = 0;
    std::string started_at = "2026-01-02T03:04:05Z";
    std::string finished_at = "0001-01-01T00:00:00Z";
    std::string image{}, image_created{};  // an image that is gone was never created
  };

  // Nothing for a command that it does not know.
  std::optional<Answer> answer(const std::string& command);

  void add(const std::string& name, bool running = true) {
    containers_.push_back({.name = name, .running = running});
  }
  void add_stopped(const std::string& name, const std::string& finished_at) {
    containers_.push_back({.name = name, .running = false, .finished_at = finished_at});
  }
  Container& at(const std::string& name);  // throws std::out_of_range
  // What kamal-proxy does with a service: running, stopped, paused.
  void set_state(const std::string& service, const std::string& state) { proxy_states_[service] = state; }
  void point(const std::string& service, const std::string& container) { targets_[service] = container; }
  std::vector<std::string> running() const;
  std::vector<std::string> all() const;

 private:
  Container* find(const std::string& name);
  Answer run(const std::string& name);
  Answer start(const std::string& name);
  Answer states(const std::string& prefix) const;
  Answer describe_host(const std::string& command) const;
  Answer rename(const std::string& from, const std::string& to);
  Answer list_of_proxy() const;
  Answer on_container(const std::string& name, const std::string& then);
  std::vector<std::string> running_with_prefix(const std::string& prefix) const;

  std::vector<Container> containers_;
  std::map<std::string, std::string> targets_;       // of kamal-proxy, by service: names of containers
  std::map<std::string, std::string> proxy_states_;  // likewise; running by default
};

}  // namespace kamal::test
