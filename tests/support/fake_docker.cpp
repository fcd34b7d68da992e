#include "support/fake_docker.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::test {
namespace {

std::optional<std::smatch> match(const std::string& text, const char* pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) return std::nullopt;
  return found;
}

// shop-web-v1 of shop -> web
std::string role_in(const std::string& name, const std::string& service) {
  if (!name.starts_with(service + "-")) return "";
  const std::string rest = name.substr(service.size() + 1);
  return rest.substr(0, rest.find('-'));
}

// As describe_containers() formats it.
std::string state_line(const FakeDocker::Container& container, const std::string& role) {
  const std::string status = container.running ? "running" : "exited";
  return "/" + container.name + "|id-" + container.name + "|" +
         (container.status.empty() ? status : container.status) + "|" + container.health + "|" +
         std::to_string(container.restarts) + "|" + std::to_string(container.exit_code) + "|" +
         container.started_at + "|" + container.finished_at + "|" + role + "|sha256:" + container.name + "|" +
         container.image + "\n";
}

std::string service_and_role(const std::string& command) {
  const auto service = match(command, "label=service=([^ ')]+)"),
             role = match(command, "label=role=([^ ')]+)");
  const auto destination = match(command, "label=destination=([^ ')]*)");
  if (!service || !role) return "";
  const std::string suffix =
      destination && (*destination)[1].length() > 0 ? "-" + (*destination)[1].str() : "";
  return (*service)[1].str() + "-" + (*role)[1].str() + suffix + "-";
}

}  // namespace

FakeDocker::Container* FakeDocker::find(const std::string& name) {
  const auto found = std::find_if(containers_.begin(), containers_.end(),
                                  [&](const Container& container) { return container.name == name; });
  return found == containers_.end() ? nullptr : &*found;
}

FakeDocker::Container& FakeDocker::at(const std::string& name) {
  Container* const container = find(name);
  if (!container) throw std::out_of_range("no container " + name);
  return *container;
}

std::vector<std::string> FakeDocker::running() const { return running_with_prefix(""); }

std::vector<std::string> FakeDocker::all() const {
  std::vector<std::string> names;
  for (const Container& container : containers_) names.push_back(container.name);
  return names;
}

std::vector<std::string> FakeDocker::running_with_prefix(const std::string& prefix) const {
  std::vector<std::string> names;
  for (const Container& container : containers_) {
    if (container.running && container.name.starts_with(prefix)) names.push_back(container.name);
  }
  return names;
}

Answer FakeDocker::run(const std::string& name) {
  if (find(name)) return {125, "", "Conflict. The container name \"/" + name + "\" is already in use\n"};
  add(name);
  return {0, "id-" + name + "\n", ""};
}

Answer FakeDocker::start(const std::string& name) {
  Container* const container = find(name);
  if (!container) return {1, "", "Error response from daemon: No such container: " + name + "\n"};
  container->running = true;
  return {0, name + "\n", ""};
}

// Of containers whose names start so, the newest first.
Answer FakeDocker::states(const std::string& prefix) const {
  Answer answer;
  for (auto container = containers_.rbegin(); container != containers_.rend(); ++container) {
    if (!container->name.starts_with(prefix)) continue;
    answer.out += state_line(*container, "");
  }
  return answer;
}

// What commands::describe_host() asks: containers of services, of which the first is the app, and
// kamal-proxy.
Answer FakeDocker::describe_host(const std::string& command) const {
  std::vector<std::string> services;
  const std::regex filter("label=service=([^ ')]+)");
  for (std::sregex_iterator found(command.begin(), command.end(), filter), end; found != end; ++found)
    services.push_back((*found)[1]);
  Answer answer;
  std::string images;
  for (auto container = containers_.rbegin(); container != containers_.rend(); ++container) {
    const std::string role = role_in(container->name, services.front());
    const bool is_other = std::find(services.begin() + 1, services.end(), container->name) != services.end();
    if (role.empty() && !is_other && container->name != "kamal-proxy") continue;
    answer.out += state_line(*container, is_other ? "" : role);
    if (!container->image_created.empty())
      images += "sha256:" + container->name + "|" + container->image_created + "\n";
  }
  answer.out += images;
  return answer;
}

Answer FakeDocker::rename(const std::string& from, const std::string& to) {
  Container* const container = find(from);
  if (!container) return {1, "", "No such container: " + from + "\n"};
  container->name = to;
  return {};
}

Answer FakeDocker::list_of_proxy() const {
  Answer answer{.out =
                    "\x1b[3;94mService\x1b[0m  \x1b[3;94mHost\x1b[0m  \x1b[3;94mPath\x1b[0m  "
                    "\x1b[3;94mTarget\x1b[0m  \x1b[3;94mState\x1b[0m  \x1b[3;94mTLS\x1b[0m  \n"};
  for (const auto& [service, container] : targets_) {
    const auto found = proxy_states_.find(service);
    const std::string state = found == proxy_states_.end() ? "running" : found->second;
    answer.out += "\x1b[1;34m" + service + "\x1b[0m  \x1b[m*\x1b[0m  \x1b[m/\x1b[0m  \x1b[mid-" + container +
                  ":80\x1b[0m  \x1b[m" + state + "\x1b[0m  \x1b[mno\x1b[0m  \n";
  }
  return answer;
}

// `docker container ls --filter name=^NAME$ --quiet`, perhaps with `| xargs docker ...` behind it.
Answer FakeDocker::on_container(const std::string& name, const std::string& then) {
  Container* const container = find(name);
  if (then.empty()) return {0, container ? "id-" + name + "\n" : "", ""};
  if (!container) return {123, "", "requires at least 1 argument\n"};
  if (then.starts_with("docker stop")) container->running = false;
  if (then.starts_with("docker container rm")) {
    std::erase_if(containers_, [&](const Container& other) { return other.name == name; });
    return {};
  }
  if (then.starts_with("docker inspect --format '{{if"))
    return {0, container->running ? "running\n" : "exited\n", ""};
  if (then.starts_with("docker inspect")) return {0, "null\n", ""};
  return {};
}

std::optional<Answer> FakeDocker::answer(const std::string& command) {
  if (command.starts_with("printf ")) {
    std::vector<std::string> words = shell_split(command).value();
    words.erase(words.begin(), words.begin() + 2);  // and the format
    return Answer{0, join(words, "\n") + "\n", ""};
  }
  if (const auto found = match(command, "^docker run --detach .*--name ([^ ]+) ")) return run((*found)[1]);
  if (const auto found = match(command, "^docker start ([^ ]+)$")) return start((*found)[1]);
  if (const auto found = match(command, "^docker rename ([^ ]+) ([^ ]+)$"))
    return rename((*found)[1], (*found)[2]);
  if (const auto found = match(
          command,
          R"(^docker container ls --all --filter ['"]name=\^([^\\$]+)\\?\$['"] --quiet(?: \| xargs (.*))?$)"))
    return on_container((*found)[1], (*found)[2]);
  if (const auto found =
          match(command, R"(kamal-proxy kamal-proxy deploy ([^ ]+) "?--target=(?:id-)?([^:"]+):)")) {
    targets_[(*found)[1]] = (*found)[2];
    return Answer{};
  }
  if (match(command, "kamal-proxy kamal-proxy list$")) return list_of_proxy();
  if (match(command, "timeout .*docker image inspect")) return describe_host(command);
  const std::string prefix = service_and_role(command);
  if (prefix.empty()) return std::nullopt;
  if (match(command, "docker ps --all --quiet .*State.FinishedAt")) return states(prefix);
  const std::vector<std::string> names = running_with_prefix(prefix);
  if (match(command, "^docker ps .*while read line")) {
    Answer answer;
    for (const std::string& name : names) answer.out += name.substr(prefix.size()) + "\n";
    return answer;
  }
  if (!match(command, "^sh -c 'docker ps --latest")) return std::nullopt;
  if (match(command, "xargs docker stop")) {
    if (names.empty()) return Answer{123, "", "requires at least 1 argument\n"};
    find(names.back())->running = false;
    return Answer{};
  }
  if (match(command, "while read line"))
    return Answer{0, names.empty() ? "" : names.back().substr(prefix.size()) + "\n", ""};
  return std::nullopt;
}

}  // namespace kamal::test
