#include "kamal/config/env.h"

#include <algorithm>
#include <unordered_map>

#include "config/access.h"
#include "config/parts.h"

namespace kamal::config {
namespace {

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

}  // namespace kamal::config
