#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/option_words.h"

namespace kamal::cli {

bool Options::flag(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.empty() && found->second.back() != "false";
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
    pairs.emplace_back(text.substr(0, colon), text.substr(colon + 1));
  }
  return pairs;
}

}  // namespace kamal::cli
