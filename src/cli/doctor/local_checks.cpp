#include "cli/doctor/local_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "cli/build/builder.h"
#include "cli/failures.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/doctor.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using sshkit::Local;
using sshkit::StepResult;

constexpr std::chrono::milliseconds limit_here = 20s;

Check check_git(Git& git) {
  if (!git.installed())
    return problem("git", "not installed; the version and the files to build come from git",
                   "install git, or pass --version VERSION and set builder/context");
  if (!git.used()) return problem("git", "this directory is not in a git repository", "git init");
  if (git.revision().empty()) return problem("git", "no commits yet", "git add . && git commit");
  const std::string at = "at " + git.revision().substr(0, 7);
  return ok("git", git.uncommitted_changes().empty() ? at : at + ", uncommitted changes are not deployed");
}

// Prints 27.5.1|amd64.
Check docker_check(const StepResult& reply, const sshkit::Output& output) {
  if (reply.ok()) return ok("docker", split(reply.text(), '|').front());
  if (reply.status == program_not_found)
    return problem("docker", "not installed on this machine (required for builds)",
                   "install it: https://docs.docker.com/engine/install/");
  const std::string reason = reason_of_query(reply, "docker version", output);
  if (says_one_of(reply, {"permission denied"}))
    return problem("docker", reason, "sudo usermod -aG docker $USER && newgrp docker");
  return problem("docker", reason, "sudo systemctl start docker");
}

bool is_missing_buildx(const StepResult& reply) {
  return says_one_of(reply, {"is not a docker command", "unknown command"});
}

Check check_buildx(Local& local, const sshkit::Output& output) {
  const StepResult reply = ask_here(local, commands::local_buildx_installed());
  if (reply.ok()) {
    // github.com/docker/buildx v0.21.1 7c2359c6
    const std::vector<std::string> words = split(reply.text(), ' ');
    return ok("buildx", words.size() > 1 ? words[1] : reply.text());
  }
  return problem("buildx",
                 is_missing_buildx(reply) ? "docker's buildx plugin is not installed (required for builds)"
                                          : reason_of_query(reply, "docker buildx version", output),
                 "install it: https://github.com/docker/buildx#installing");
}

// Whether the remote builder's docker answers.
Check check_remote_builder(Context& context, const std::string& remote) {
  const StepResult reply = ask_here(context.local, commands::remote_docker_version(remote));
  if (reply.ok()) return ok("builder", fmt::format("{}, docker {}", remote, reply.text()));
  return problem("builder",
                 fmt::format("{}: {}", remote, reason_of_query(reply, "docker version", context.output)),
                 fmt::format("docker --host {} version", remote));
}

Check check_local_builder(Context& context, const commands::Builder& builder) {
  const Command inspect = builder.inspect_builder();
  if (inspect.empty()) return ok("builder", "docker's own");
  const StepResult reply = ask_here(context.local, inspect);
  if (reply.ok()) return ok("builder", builder.name());
  if (is_missing_builder(reply)) return ok("builder", builder.name() + ", created by the first build");
  return problem("builder", reason_of_query(reply, inspect.display(), context.output),
                 kamal_command(context.options, "build create"));
}

// Platforms: linux/amd64, linux/amd64/v2*, linux/386
bool lists_platform(const std::string& inspection, const std::string& arch) {
  for (const std::string& line : lines_of(inspection)) {
    if (!strip(line).starts_with("Platforms:")) continue;
    for (const std::string& platform : split(strip(line).substr(std::string("Platforms:").size()), ',')) {
      const std::string name = strip(replace_all(platform, "*", ""));
      if (name == "linux/" + arch) return true;
    }
  }
  return false;
}

Check check_emulator(Context& context, const std::string& machine) {
  std::vector<std::string> foreign = context.config.builder.local_arches(machine);
  std::erase(foreign, machine);
  if (foreign.empty()) return ok("emulator", "none needed to build for " + machine);
  const StepResult reply = ask_here(context.local, commands::supported_platforms());
  if (!reply.ok())
    return unknown("emulator", reason_of_query(reply, "docker buildx inspect", context.output));
  std::erase_if(foreign, [&](const std::string& arch) { return lists_platform(reply.out, arch); });
  if (foreign.empty())
    return ok("emulator", "builds for " + to_sentence(context.config.builder.arches, "and"));
  const std::string arches = join(foreign, ",");
  return problem("emulator",
                 fmt::format("this machine is {} and can't run programs for {}, which builder/arch requires",
                             machine, arches),
                 "docker run --privileged --rm tonistiigi/binfmt --install " + arches);
}

bool builds_remotely_only(const commands::Builder& builder) {
  return builder.kind() == commands::Builds::remote || builder.kind() == commands::Builds::cloud;
}

}  // namespace

StepResult ask_here(Local& local, const Command& query,
                    const std::vector<std::pair<std::string, std::string>>& env) {
  Local::Options options;
  options.on_failure = sshkit::OnFailure::ignore;
  options.level = sshkit::LogLevel::debug;
  options.env = env;
  options.timeout = limit_here;
  return local.execute(query, options);
}

std::map<std::string, StepResult> ask_about(Local& local, const std::vector<std::string>& names,
                                            Command (*query_about)(const std::string&)) {
  std::map<std::string, std::future<StepResult>> pending;
  for (const std::string& name : names) {
    pending.emplace(name, std::async(std::launch::async,
                                     [&local, query = query_about(name)] { return ask_here(local, query); }));
  }
  std::map<std::string, StepResult> replies;
  for (auto& [name, reply] : pending) replies.emplace(name, reply.get());
  return replies;
}

std::string reason_of_query(const StepResult& reply, const std::string& query, const sshkit::Output& output) {
  if (reply.status == Local::timed_out) return query + " timed out";
  return reason_of(sshkit::CommandFailed(query, reply, output));
}

std::string kamal_command(const Options& options, const std::string& command) {
  return "kamal " + command + option_text("-c", options.config_file()) +
         option_text("-d", options.text("destination"));
}

LocalTools check_tools(Local& local, Git& git, const sshkit::Output& output) {
  LocalTools tools;
  tools.checks.push_back(check_git(git));
  const StepResult docker = ask_here(local, commands::docker_version_and_architecture());
  tools.checks.push_back(docker_check(docker, output));
  const std::vector<std::string> facts = split(docker.text(), '|');
  if (docker.ok() && facts.size() == 2) tools.docker_architecture = facts[1];
  tools.checks.push_back(docker.status == program_not_found ? unknown("buildx", "docker is not installed")
                                                            : check_buildx(local, output));
  return tools;
}

Checks check_builder(Context& context, const std::optional<std::string>& docker_architecture) {
  if (!docker_architecture)
    return {unknown("builder", "docker does not answer on this machine"),
            unknown("emulator", "docker does not answer on this machine")};
  const commands::Builder builder(context.config, Version(), build_location(context));
  Checks checks;
  if (context.config.builder.remote) {
    checks.push_back(check_remote_builder(context, *context.config.builder.remote));
  } else {
    checks.push_back(check_local_builder(context, builder));
  }
  if (!builds_remotely_only(builder)) checks.push_back(check_emulator(context, *docker_architecture));
  return checks;
}

}  // namespace kamal::cli
