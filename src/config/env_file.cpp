#include <algorithm>

#include "kamal/config/env.h"
#include "kamal/config/registry.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

struct Alias {
  std::string name, secret, entry;
};

Alias alias_of(const std::string& entry) {
  const size_t colon = entry.find(':');
  if (colon == std::string::npos) return {entry, entry, entry};
  return {entry.substr(0, colon), entry.substr(colon + 1), entry};
}

// An env file has one line for each variable. Docker takes the rest of it as it is, except for a carriage
// return at its end.
std::string in_one_line(const std::string& value) {
  return replace_all(replace_all(value, "\n", "\\n"), "\r", "\\r");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> resolve_secrets(const Env& env, const Secrets& secrets,
                                                                 const KeyOfSecret& key_of) {
  std::vector<Alias> wanted;
  for (const std::string& entry : env.secret) {
    Alias alias = alias_of(entry);
    const auto known =
        std::find_if(wanted.begin(), wanted.end(), [&](const Alias& a) { return a.name == alias.name; });
    if (known == wanted.end()) {
      wanted.push_back(std::move(alias));
    } else {
      *known = std::move(alias);
    }
  }
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<Problem> problems;
  for (const Alias& alias : wanted) {
    try {
      values.emplace_back(alias.name, secrets.get(alias.secret, key_of(alias.entry)));
    } catch (const ConfigurationError& error) {
      if (error.problems().empty()) throw;
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ConfigurationError(problems);
  return values;
}

std::string env_file_text(const Env& env, const Secrets& secrets, const KeyOfSecret& key_of) {
  std::string text;
  for (const auto& [name, value] : resolve_secrets(env, secrets, key_of))
    text += name + "=" + in_one_line(value) + "\n";
  return text.empty() ? "\n" : text;
}

std::string Credential::resolve(const Secrets& secrets, const std::string& wanted_by) const {
  return is_secret ? required_secret(secrets, text, wanted_by) : text;
}

}  // namespace kamal::config
