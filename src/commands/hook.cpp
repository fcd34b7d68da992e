#include "kamal/commands/hook.h"

#include <algorithm>
#include <cctype>

namespace kamal::commands {
namespace {

std::string variable(const std::string& tag) {
  std::string name = "KAMAL_" + tag;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

void set(Tags& env, const std::string& name, const std::string& value) {
  const auto found =
      std::find_if(env.begin(), env.end(), [&name](const auto& pair) { return pair.first == name; });
  if (found == env.end()) {
    env.emplace_back(name, value);
  } else {
    found->second = value;
  }
}

}  // namespace

std::string Hook::file(const std::string& hook) const { return config_.hooks_path + "/" + hook; }

Command Hook::run(const std::string& hook) const { return {file(hook)}; }

std::vector<std::pair<std::string, std::string>> Hook::env(const TagFacts& facts, const Tags& details,
                                                           const Secrets* secrets) const {
  Tags env;
  for (const auto& [tag, value] : default_tags(config_, facts)) set(env, variable(tag), value);
  for (const auto& [tag, value] : details) set(env, variable(tag), value);
  if (secrets == nullptr) return env;
  for (const auto& [name, value] : secrets->all()) set(env, name, value);
  return env;
}

}  // namespace kamal::commands
