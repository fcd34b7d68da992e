#include "cli/plan/gather.h"

#include <algorithm>

#include "cli/failures.h"
#include "cli/lock/lock_hosts.h"
#include "cli/plan/settings.h"
#include "cli/selection.h"
#include "kamal/commands/accessory.h"
#include "kamal/commands/app.h"
#include "kamal/commands/proxy.h"
#include "kamal/commands/server.h"
#include "kamal/commands/status.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using sshkit::StepResult;

// Stands for the version of the running container, which is known only afterwards.
constexpr const char* version_to_insert = "version-inserted-by-kamal-plan";
constexpr const char* target_to_insert = "target";

struct DetailQuery {
  Command command;
  std::string name;  // for people
  std::function<void(HostDetails&, const StepResult&)> read;
  std::function<bool(const StepResult&)> is_empty = {};  // a failure that means that there is nothing
};

void read_documents(HostDetails& details, const StepResult& reply) {
  for (const std::string& line : lines_of(reply.out)) {
    json document = json::parse(line, nullptr, false);
    if (!document.is_object()) {
      details.image_names.push_back(line);
    } else if (document.contains("State")) {
      details.containers.push_back(std::move(document));
    } else {
      const std::string id = text_at(document, "/Id");
      details.images.emplace(id, std::move(document));
    }
  }
  details.known = true;
}

void read_proxy_state(HostDetails& details, const StepResult& reply) {
  details.proxy_state = json::parse(reply.out, nullptr, false);
  if (details.proxy_state.is_discarded()) details.proxy_state = json();
  details.proxy_known = true;
}

void read_apps(HostDetails& details, const StepResult& reply) { details.apps = lines_of(reply.out); }

DetailQuery printed(const Command& command, const std::string& name) {
  return {commands::print_arguments(command), name, [name](HostDetails& details, const StepResult& reply) {
            details.lines[name] = lines_of(reply.out);
          }};
}

void add_lines(std::vector<DetailQuery>& queries, const Context& context, const Host& host) {
  const Version version(version_to_insert);
  for (const config::Role* role : context.selection().roles_on(host)) {
    const commands::App app(context.config, version, *role, host);
    queries.push_back(printed(app.run(), line_of_run(role->name.str())));
    if (role->running_proxy())
      queries.push_back(printed(app.deploy(target_to_insert), line_of_proxy(role->name.str())));
  }
  for (const config::Accessory& accessory : context.config.accessories) {
    if (!contains(accessory.hosts, host)) continue;
    const commands::Accessory of_accessory(context.config, accessory, version);
    queries.push_back(printed(of_accessory.run(host), line_of_run(accessory.service_name)));
    if (accessory.running_proxy())
      queries.push_back(
          printed(of_accessory.deploy(target_to_insert), line_of_proxy(accessory.service_name)));
  }
  if (context.config.proxy_run(host))
    queries.push_back(printed(commands::Proxy(context.config, host).run(), line_of_proxy_run));
}

bool is_missing(const StepResult& reply) {
  return says_one_of(reply, {"o such container", "Could not find the file", "o such file"});
}

std::vector<DetailQuery> queries_for(const Context& context, const Host& host) {
  std::vector<DetailQuery> queries = {
      {commands::inspect_host(context.config, host), "docker inspect", read_documents, has_vanished}};
  if (contains(context.selection().proxy_hosts(), host)) {
    queries.push_back(
        {commands::read_proxy_state(), "reading kamal-proxy's state", read_proxy_state, is_missing});
    queries.push_back({commands::Server(context.config).app_directories(), "ls", read_apps, is_missing});
  }
  add_lines(queries, context, host);
  return queries;
}

// Without the output, which may hold secrets.
StatusProblem problem_of(const Context& context, const Host& host, const DetailQuery& query,
                         StepResult reply) {
  reply.out.clear();
  const std::string reason = reply.status == commands::timed_out
                                 ? "docker timed out"
                                 : reason_of(sshkit::CommandFailed(query.name, reply, context.output));
  return {host, reason, StatusProblem::Scope::detail};
}

// The replies hold values of secrets.
sshkit::Steps steps_of(const std::vector<DetailQuery>& queries) {
  sshkit::Steps steps;
  for (const DetailQuery& query : queries)
    steps.push_back(sshkit::Step::run(query.command).ignore_failure().debug().confidential());
  return steps;
}

void read_replies(const Context& context, const Host& host, const std::vector<DetailQuery>& queries,
                  std::span<const StepResult> replies, HostDetails& details,
                  std::vector<StatusProblem>& problems) {
  for (size_t i = 0; i < queries.size(); ++i) {
    if (replies[i].ok() || (queries[i].is_empty && queries[i].is_empty(replies[i]))) {
      queries[i].read(details, replies[i]);
    } else {
      problems.push_back(problem_of(context, host, queries[i], replies[i]));
    }
  }
}

// Without docker, every query fails for the same reason.
void add_problems(std::vector<StatusProblem>& all, const std::vector<StatusProblem>& problems) {
  for (const StatusProblem& problem : problems) {
    const bool is_told = std::ranges::any_of(all, [&](const StatusProblem& told) {
      return told.host == problem.host &&
             (told.scope == StatusProblem::Scope::containers || told.reason == problem.reason);
    });
    if (!is_told) all.push_back(problem);
  }
}

}  // namespace

const json& HostDetails::container(const std::string& id) const {
  static const json missing;
  const auto found = std::ranges::find_if(
      containers, [&](const json& container) { return text_at(container, "/Id") == id; });
  return found == containers.end() ? missing : *found;
}

const json& HostDetails::image(const std::string& id) const {
  static const json missing;
  const auto found = images.find(id);
  return found == images.end() ? missing : found->second;
}

std::vector<std::string> HostDetails::line(const std::string& name, const Version& version) const {
  const auto found = lines.find(name);
  if (found == lines.end() || found->second.size() < 2) return {};
  constexpr std::ptrdiff_t program = 2;  // docker run, docker exec
  std::vector<std::string> arguments(found->second.begin() + program, found->second.end());
  for (std::string& argument : arguments) argument = replace_all(argument, version_to_insert, version.str());
  return arguments;
}

std::string line_of_run(const std::string& owner) { return "docker run " + owner; }
std::string line_of_proxy(const std::string& owner) { return "kamal-proxy deploy " + owner; }

const HostDetails& Facts::on(const Host& host) const {
  static const HostDetails missing;
  const auto found = details.find(host);
  return found == details.end() ? missing : found->second;
}

Facts gather_facts(Context& context) {
  Facts facts;
  std::vector<StatusProblem> problems;
  std::map<Host, std::vector<DetailQuery>> queries;  // none for hosts that keep the deploy lock only
  for (const Host& host : context.selection().hosts()) queries[host] = queries_for(context, host);
  for (const Host& host : possible_lock_hosts(context)) queries.try_emplace(host);
  facts.status = ask_for_status(context, WithUsage::no,
                                {.steps = [&](const Host& host) { return steps_of(queries.at(host)); },
                                 .read =
                                     [&](const Host& host, std::span<const StepResult> replies) {
                                       read_replies(context, host, queries.at(host), replies,
                                                    facts.details[host], problems);
                                     }});
  add_problems(facts.status.problems, problems);
  return facts;
}

}  // namespace kamal::cli
