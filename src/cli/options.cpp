#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments.h"
#include "cli/option_words.h"

namespace kamal::cli {

bool Options::flag(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.empty() && found->second.back() == "true";
}

std::optional<std::string> Options::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty() || found->second.back().empty()) return std::nullopt;
  return found->second.back();
}

std::optional<long> Options::number(const std::string& name) const {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  try {
    return std::stol(*value);
  } catch (const std::out_of_range&) {
    throw UsageError(fmt::format("--{} is too large: {}", dashed(name), *value));
  }
}

std::optional<std::chrono::milliseconds> Options::seconds(const std::string& name) const {
  // Far beyond any wait, and far from what milliseconds can't hold.
  constexpr double most = 1e9;
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  const std::chrono::duration<double> given(std::clamp(std::stod(*value), -most, most));
  return std::chrono::duration_cast<std::chrono::milliseconds>(given);
}

std::vector<std::string> Options::list(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::pair<std::string, std::string>> Options::pairs(const std::string& name) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : list(name)) {
    const size_t colon = text.find(':');
    if (colon == std::string::npos) {
      throw UsageError(fmt::format("--{} takes NAME:VALUE, not \"{}\"", dashed(name), text));
    }
    const std::string key = text.substr(0, colon), value = text.substr(colon + 1);
    const auto same =
        std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
    if (same == pairs.end()) {
      pairs.emplace_back(key, value);
    } else {
      same->second = value;
    }
  }
  return pairs;
}

}  // namespace kamal::cli
