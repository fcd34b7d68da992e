#include "kamal/commands/hook.h"

#include <algorithm>
#include <cctype>

#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

constexpr size_t abbreviated_length = 7;

}  // namespace

std::string abbreviated(const Version& version) {
  const std::string& text = version.str();
  return text.find('_') == std::string::npos ? text.substr(0, abbreviated_length) : text;
}

Tags default_tags(const config::Configuration& config, const TagMetadata& facts) {
  Tags tags = {{"recorded_at", facts.recorded_at}, {"performer", facts.performer}};
  if (config.destination) tags.emplace_back("destination", config.destination->str());
  if (!facts.version.empty()) tags.emplace_back("version", facts.version.str());
  const std::string suffix = facts.version.empty() ? "" : "@" + abbreviated(facts.version);
  tags.emplace_back("service_version", config.service + suffix);
  tags.emplace_back("service", config.service);
  return tags;
}

namespace {

std::string variable(const std::string& tag) {
  std::string name = "KAMAL_" + tag;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

}  // namespace

std::string Hook::file(const std::string& hook) const { return config_.hooks_path + "/" + hook; }

Command Hook::run(const std::string& hook) const { return {file(hook)}; }

std::vector<std::pair<std::string, std::string>> Hook::env(const TagMetadata& facts, const Tags& details,
                                                           const Secrets* secrets) const {
  Tags env;
  for (const auto& [tag, value] : default_tags(config_, facts)) set_value(env, variable(tag), value);
  for (const auto& [tag, value] : details) set_value(env, variable(tag), value);
  if (secrets == nullptr) return env;
  for (const auto& [name, value] : secrets->all()) set_value(env, name, value);
  return env;
}

}  // namespace kamal::commands
