#include "cli/arguments/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

bool all_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Only seconds may have a fraction.
bool is_number(const std::string& text, Kind kind) {
  const std::string digits = text.starts_with('-') ? text.substr(1) : text;
  const size_t point = kind == Kind::seconds ? digits.find('.') : std::string::npos;
  if (point == std::string::npos) return all_digits(digits);
  return (point == 0 || all_digits(digits.substr(0, point))) && all_digits(digits.substr(point + 1));
}

std::string parse_number(const OptionSpec& option, const std::string& value) {
  const bool plus = value.starts_with('+') && !value.starts_with("+-");
  const std::string number = plus ? value.substr(1) : value;
  if (is_number(number, option.kind)) return number;
  throw UsageError(fmt::format("--{} must be a number, not \"{}\"", dashed(option.name), value));
}

void check_choice(const OptionSpec& option, const std::string& value) {
  if (value.empty() || option.choices.empty() || option.other_values) return;
  if (std::ranges::find(option.choices, value) == option.choices.end())
    throw UsageError(
        fmt::format("--{} must be {}, not \"{}\"", dashed(option.name), to_sentence(option.choices), value));
}

}  // namespace

void Options::complete(const OptionSpec& option) {
  const auto found = values_.find(option.name);
  if (found == values_.end()) {
    if (!option.default_value.empty()) add(option.name, option.default_value);
  } else if (option.kind == Kind::number || option.kind == Kind::seconds) {
    for (std::string& value : found->second) value = parse_number(option, value);
  } else {
    for (const std::string& value : found->second) check_choice(option, value);
  }
}

bool Options::flag(const std::string& name) const { return text(name) == "true"; }

std::optional<std::string> Options::text(const std::string& name) const {
  const std::vector<std::string> values = list(name);
  return values.empty() || values.back().empty() ? std::nullopt : std::optional(values.back());
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
  constexpr double max_seconds = 1e9;  // beyond any wait, within the range of milliseconds
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  const std::chrono::duration<double> seconds(std::clamp(std::stod(*value), -max_seconds, max_seconds));
  return std::chrono::duration_cast<std::chrono::milliseconds>(seconds);
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
      throw UsageError(fmt::format("--{} must be NAME:VALUE, not \"{}\"", dashed(name), text));
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

std::optional<std::string> Options::config_file() const {
  const std::optional<std::string> file = text("config_file");
  return file == default_config_file ? std::nullopt : file;
}

std::string option_text(const char* option, const std::optional<std::string>& value) {
  return value ? fmt::format(" {} {}", option, shell_quote(*value)) : "";
}

}  // namespace kamal::cli
