#include "cli/proxy/registration.h"

#include <fmt/format.h>

#include <filesystem>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr mode_t readable_by_proxy = 0644;

// The shell variable with the container's id, and its use in later steps.
constexpr const char* target = "endpoint";
constexpr const char* target_value = "${endpoint}";

}  // namespace

sshkit::Step upload_for_proxy(std::string content, std::string path) {
  return sshkit::Step::upload(std::move(content), std::move(path), readable_by_proxy);
}

void add_registration(sshkit::Steps& steps, const commands::App& app, const Version& version,
                      const config::Role& role, const Host& host) {
  steps.push_back(
      sshkit::Step::run(app.container_id_for_version(version))
          .save_as(target, fmt::format("Failed to get endpoint for {} on {}, did the container boot?",
                                       role.name.str(), host.str())));
  steps.push_back(sshkit::Step::run(app.deploy(target_value)));
}

void add_registration(sshkit::Steps& steps, const commands::Accessory& accessory) {
  steps.push_back(sshkit::Step::run(accessory.running_container_id()).save_as(target));
  steps.push_back(sshkit::Step::run(accessory.deploy(target_value)));
}

ErrorPages::ErrorPages(const config::Configuration& config) {
  if (!config.error_pages_path || !std::filesystem::is_directory(*config.error_pages_path)) return;
  for (const auto& entry : std::filesystem::directory_iterator(*config.error_pages_path)) {
    const std::string name = entry.path().filename().string();
    if (glob_match("{4??.html,5??.html}", name)) pages_.emplace_back(name, read_file(entry.path()));
  }
}

void ErrorPages::add_to(sshkit::Steps& steps, const commands::App& app) const {
  if (pages_.empty()) return;
  steps.push_back(sshkit::Step::run(app.create_error_pages_directory()));
  for (const auto& [name, content] : pages_)
    steps.push_back(upload_for_proxy(content, app.error_pages_version_directory() + "/" + name));
}

}  // namespace kamal::cli
