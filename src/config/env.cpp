#include "kamal/config/env.h"

#include <algorithm>
#include <unordered_map>

#include "config/access.h"
#include "config/parts.h"
#include "kamal/support/strings.h"

namespace kamal {
namespace {

// A line feed would end the variable; everything else arrives as it is.
std::string env_file_value(std::string_view value) {
  return replace_all(replace_all(value, "\n", "\\n"), "\r", "\\r");
}

std::vector<std::pair<std::string, std::string>> clear_from(const Value* section) {
  std::vector<std::pair<std::string, std::string>> clear;
  if (!section || !section->is_map()) return clear;
  for (const auto& [name, value] : section->map()) {
    if (value.is_scalar()) clear.emplace_back(plain_name(name), value.text());
  }
  return clear;
}

}  // namespace

Env env_from(const Value* section) {
  const Value* clear = find_in(section, "clear");
  const bool sorted = clear || find_in(section, "secret") || find_in(section, "tags");
  Env env;
  env.clear = clear_from(sorted ? clear : section);
  env.secret = texts_of(find_in(section, "secret"));
  return env;
}

Env Env::merge(const Env& other) const {
  Env merged = *this;
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < clear.size(); ++i) index.emplace(clear[i].first, i);
  for (const auto& [name, value] : other.clear) {
    const auto found = index.find(name);
    if (found == index.end()) {
      merged.clear.emplace_back(name, value);
    } else {
      merged.clear[found->second].second = value;
    }
  }
  for (const std::string& name : other.secret) {
    if (std::find(merged.secret.begin(), merged.secret.end(), name) == merged.secret.end()) {
      merged.secret.push_back(name);
    }
  }
  return merged;
}

std::vector<std::pair<std::string, std::string>> resolve_secrets(const Env& env, const Secrets& secrets) {
  // NAME:SECRET may come again with another secret (from a tag, say): the last one counts, at the first one's
  // place.
  std::vector<std::pair<std::string, std::string>> sources;
  for (const std::string& entry : env.secret) {
    const size_t colon = entry.find(':');
    const std::string name = entry.substr(0, colon);
    std::string source = colon == std::string::npos ? name : entry.substr(colon + 1);
    const auto known =
        std::find_if(sources.begin(), sources.end(), [&](const auto& pair) { return pair.first == name; });
    if (known == sources.end()) {
      sources.emplace_back(name, std::move(source));
    } else {
      known->second = std::move(source);
    }
  }
  for (auto& [name, value] : sources) value = secrets.get(value, "env/secret");
  return sources;
}

std::string env_file_text(const Env& env, const Secrets& secrets) {
  std::string text;
  for (const auto& [name, value] : resolve_secrets(env, secrets)) {
    text += name + "=" + env_file_value(value) + "\n";
  }
  return text.empty() ? "\n" : text;
}

}  // namespace kamal
