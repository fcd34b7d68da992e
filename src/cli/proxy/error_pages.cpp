#include "cli/proxy/error_pages.h"

#include <filesystem>

#include "cli/context.h"
#include "kamal/support/files.h"
#include "kamal/support/glob.h"

namespace kamal::cli {
namespace {

constexpr mode_t readable_by_proxy = 0644;

}  // namespace

sshkit::Step upload_for_proxy(std::string content, std::string path) {
  return sshkit::Step::upload(std::move(content), std::move(path), readable_by_proxy);
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
