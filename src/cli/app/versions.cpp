#include "cli/app/versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// `latest-staging` is a destination's latest image; `-dirty` marks builds for the local image store.
bool is_version(const std::string& tag) {
  return tag != "<none>" && tag != "latest" && !tag.starts_with("latest-") && !tag.ends_with("-dirty");
}

sshkit::Step query(Command command) { return sshkit::Step::run(std::move(command)).ignore_failure().debug(); }

// Several versions may be the same image, if nothing changed between their builds: the running one is
// rebooted.
std::optional<Version> version_of_latest(Context& context, sshkit::Remote& remote) {
  const commands::App images(context.config, Version());
  sshkit::Steps queries = {query(images.list_image_tags())};
  for (const config::Role* role : context.selection().roles_on(remote.host())) {
    const commands::App app(context.config, Version(), *role, remote.host());
    queries.push_back(query(app.current_running_version()));
  }
  const std::vector<sshkit::StepResult> replies = remote.run(queries);
  const std::vector<Version> versions = ImageTags(replies[0].out).versions_of(context.config.latest_tag());
  for (size_t i = 1; i < replies.size(); ++i) {
    const Version running(replies[i].text());
    if (contains(versions, running)) return running;
  }
  return versions.empty() ? std::nullopt : std::optional(versions.front());
}

void warn_of_unknown(Context& context, const std::vector<Host>& hosts) {
  if (hosts.empty()) return;
  const std::string& latest = context.config.latest_tag();
  context.say(fmt::format("The version of {} on {} is unknown, so its containers are named {} (pass "
                          "--version VERSION to name them after a version)",
                          context.config.latest_image(), joined(hosts, ", "), latest),
              sshkit::Output::Tone::warning);
}

}  // namespace

ImageTags::ImageTags(std::string_view listing) {
  for (const std::string& line : lines_of(std::string(listing))) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() == 2) tags_.push_back({words[0], words[1]});
  }
}

std::vector<Version> ImageTags::versions() const {
  std::vector<Version> versions;
  for (const Tag& tag : tags_) {
    if (is_version(tag.name)) versions.emplace_back(tag.name);
  }
  return versions;
}

std::vector<Version> ImageTags::versions_of(std::string_view name) const {
  const auto wanted =
      std::find_if(tags_.begin(), tags_.end(), [&](const Tag& tag) { return tag.name == name; });
  std::vector<Version> versions;
  if (wanted == tags_.end()) return versions;
  for (const Tag& tag : tags_) {
    if (tag.id == wanted->id && is_version(tag.name)) versions.emplace_back(tag.name);
  }
  return versions;
}

const Version& BootVersions::on(const Host& host) const {
  const auto found = by_host_.find(host);
  return found == by_host_.end() ? primary_ : found->second;
}

std::vector<Version> BootVersions::all() const {
  std::vector<Version> versions;
  if (by_host_.empty()) versions.push_back(primary_);
  for (const auto& [host, version] : by_host_) {
    if (!contains(versions, version)) versions.push_back(version);
  }
  std::stable_partition(versions.begin(), versions.end(),
                        [&](const Version& version) { return version == primary_; });
  return versions;
}

BootVersions versions_to_boot(Context& context) {
  if (const auto version = context.explicit_version()) return BootVersions(*version);
  const Version latest(context.config.latest_tag());
  const std::vector<Host> hosts = context.selection().app_hosts();
  std::map<Host, Version> by_host;
  std::vector<Host> unknown;
  for (const auto& [host, version] : context.servers.collect(
           hosts, [&](sshkit::Remote& remote) { return version_of_latest(context, remote); })) {
    by_host.emplace(host, version.value_or(latest));
    if (!version) unknown.push_back(host);
  }
  warn_of_unknown(context, unknown);
  const Version primary = hosts.empty() ? latest : by_host.at(hosts.front());
  return {primary, std::move(by_host)};
}

}  // namespace kamal::cli
