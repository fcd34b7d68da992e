#include "kamal/commands/tags.h"

namespace kamal::commands {
namespace {

constexpr size_t abbreviated_length = 7;

}  // namespace

std::string abbreviated(const Version& version) {
  const std::string& text = version.str();
  return text.find('_') == std::string::npos ? text.substr(0, abbreviated_length) : text;
}

Tags default_tags(const config::Configuration& config, const TagFacts& facts) {
  Tags tags = {{"recorded_at", facts.recorded_at}, {"performer", facts.performer}};
  if (config.destination) tags.emplace_back("destination", config.destination->str());
  if (!facts.version.empty()) tags.emplace_back("version", facts.version.str());
  const std::string suffix = facts.version.empty() ? "" : "@" + abbreviated(facts.version);
  tags.emplace_back("service_version", config.service + suffix);
  tags.emplace_back("service", config.service);
  return tags;
}

}  // namespace kamal::commands
