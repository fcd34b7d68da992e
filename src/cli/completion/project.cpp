#include "cli/completion/project.h"

#include <algorithm>

#include "kamal/config/loader.h"

namespace kamal::cli {
namespace {

// Pressing Tab runs nothing: commands in templates print nothing here.
class NoPrograms : public Processes {
 public:
  ProcessResult run(const Process&, const OutputSink&) override { return {}; }
  int run_attached(const Process&) override { return 0; }
};

Value raw_configuration(const config::LoadOptions& options, EnvironmentMap environment) {
  NoPrograms none;
  try {
    return config::load_raw_configuration(options, environment, none);
  } catch (const std::exception&) {
    return {};
  }
}

// Reads `servers`, or `hosts` of a role or accessory: names, or names with their tags.
std::vector<std::string> hosts_in(const Value* list) {
  std::vector<std::string> hosts;
  if (!list || !list->is_list()) return hosts;
  for (const Value& host : list->list()) {
    if (host.is_map() && !host.map().empty()) hosts.push_back(host.map().front().first);
    if (host.is_scalar() && !host.is_null()) hosts.push_back(host.text());
  }
  return hosts;
}

void add(std::vector<Candidate>& candidates, const std::vector<std::string>& words, const std::string& what) {
  for (const std::string& word : words) {
    const auto known = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const Candidate& candidate) { return candidate.word == word; });
    if (known == candidates.end()) {
      candidates.push_back({word, what});
    } else {
      known->description += ", " + what;
    }
  }
}

const Value::Map& entries_of(const Value* map) {
  static const Value::Map none;
  return map && map->is_map() ? map->map() : none;
}

}  // namespace

CompletionProject::CompletionProject(std::filesystem::path config_file,
                                     std::optional<Destination> destination, EnvironmentMap environment)
    : config_file_(std::move(config_file)),
      destination_(std::move(destination)),
      environment_(std::move(environment)) {}

const Value& CompletionProject::configuration() {
  if (configuration_) return *configuration_;
  config::LoadOptions options;
  options.config_file = config_file_;
  options.destination = destination_;
  configuration_ = raw_configuration(options, environment_);
  if (!configuration_->is_map() && destination_) {  // perhaps a half-typed destination
    options.destination.reset();
    configuration_ = raw_configuration(options, environment_);
  }
  return *configuration_;
}

std::vector<Candidate> CompletionProject::destinations() const {
  std::vector<Candidate> candidates;
  add(candidates, config::destinations_beside(config_file_), "destination");
  return candidates;
}

std::vector<Candidate> CompletionProject::roles() {
  std::vector<Candidate> candidates;
  const Value* const servers = configuration().find("servers");
  if (servers && servers->is_list()) add(candidates, {"web"}, "role");
  for (const auto& [name, role] : entries_of(servers)) add(candidates, {name}, "role");
  return candidates;
}

std::vector<Candidate> CompletionProject::hosts() {
  std::vector<Candidate> candidates;
  const Value* const servers = configuration().find("servers");
  add(candidates, hosts_in(servers), "web");
  for (const auto& [name, role] : entries_of(servers)) {
    add(candidates, hosts_in(role.is_map() ? role.find("hosts") : &role), name);
  }
  for (const auto& [name, accessory] : entries_of(configuration().find("accessories"))) {
    add(candidates, hosts_in(accessory.find("hosts")), name);
    const Value* const host = accessory.find("host");
    if (host && host->is_string()) add(candidates, {host->text()}, name);
  }
  return candidates;
}

std::vector<Candidate> CompletionProject::accessories() {
  std::vector<Candidate> candidates;
  for (const auto& [name, accessory] : entries_of(configuration().find("accessories"))) {
    const Value* const image = accessory.find("image");
    add(candidates, {name}, image && image->is_string() ? image->text() : "accessory");
  }
  return candidates;
}

std::vector<Candidate> CompletionProject::aliases() {
  std::vector<Candidate> candidates;
  for (const auto& [name, command] : entries_of(configuration().find("aliases"))) {
    if (command.is_string()) add(candidates, {name}, "alias of " + command.text());
  }
  return candidates;
}

std::optional<std::string> CompletionProject::alias(const std::string& name) {
  const Value* const aliases = configuration().find("aliases");
  const Value* const command = aliases ? aliases->find(name) : nullptr;
  return command && command->is_string() ? std::optional(command->text()) : std::nullopt;
}

}  // namespace kamal::cli
