#include "kamal/config/docker_options.h"

#include <algorithm>

#include "config/access.h"
#include "config/parts.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

// A flag is written `name: true` or without a value.
DockerOption option_from(const std::string& name, const Value& value) {
  if (value.is_true() || value.is_null()) return {name, std::nullopt};
  return {name, value.text()};
}

}  // namespace

DockerOptions docker_options_from(const Value* section) {
  DockerOptions options;
  if (!section || !section->is_map()) return options;
  for (const auto& [key, value] : section->map()) {
    const std::string name = plain_name(key);
    if (value.is_list()) {
      for (const Value& item : value.list()) options.push_back(option_from(name, item));
    } else if (value.is_scalar()) {
      options.push_back(option_from(name, value));
    }
  }
  return options;
}

ContainerOptions container_options_from(const Value* section) {
  ContainerOptions result;
  for (DockerOption& option : docker_options_from(section)) {
    if (option.name != "restart") {
      result.options.push_back(std::move(option));
    } else if (option.value) {
      result.restart_policy = *option.value;
    }
  }
  return result;
}

Labels labels_from(const Value* section) {
  Labels labels;
  if (!section || !section->is_map()) return labels;
  for (const auto& [name, value] : section->map()) {
    const std::string text = value.text();
    labels.push_back({plain_name(name), strip(text).empty() ? std::nullopt : std::optional(text)});
  }
  return labels;
}

Labels merge_labels(Labels base, const Labels& over) {
  for (const Label& label : over) {
    const auto same =
        std::find_if(base.begin(), base.end(), [&](const Label& known) { return known.name == label.name; });
    if (same == base.end()) {
      base.push_back(label);
    } else {
      *same = label;
    }
  }
  return base;
}

Logging logging_from(const Value* section) {
  Logging logging;
  logging.driver = setting_at(section, "driver");
  if (logging.driver && logging.driver->empty()) logging.driver.reset();
  for (const Label& option : labels_from(find_in(section, "options"))) {
    logging.options.push_back({option.name, option.value});
  }
  return logging;
}

std::string Volume::docker_text() const {
  std::string text = host_path.starts_with('/') ? host_path : "${PWD}/" + host_path;
  text += ":" + container_path;
  if (options && !options->empty()) text += ":" + *options;
  return text;
}

}  // namespace kamal::config
