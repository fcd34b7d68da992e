#include "kamal/config/container.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "config/access.h"
#include "config/sections.h"
#include "kamal/config/image.h"
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
  for (const auto& [key, value] : map_of(section)) {
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
  for (const auto& [name, value] : map_of(section)) {
    const std::string text = value.text();
    labels.push_back({plain_name(name), strip(text).empty() ? std::nullopt : std::optional(text)});
  }
  return labels;
}

Labels merge_labels(Labels base, const Labels& over) {
  for (const Label& label : over) {
    const auto same = std::ranges::find(base, label.name, &Label::name);
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

Env env_from(const Value* section) {
  const Value* clear = find_in(section, "clear");
  const bool sorted = clear || find_in(section, "secret") || find_in(section, "tags");
  Env env;
  for (const auto& [name, value] : map_of(sorted ? clear : section)) {
    if (value.is_scalar()) env.clear.emplace_back(plain_name(name), value.text());
  }
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
    if (!contains(merged.secret, name)) merged.secret.push_back(name);
  }
  return merged;
}

namespace {

struct Alias {
  std::string name, secret, entry;
};

Alias alias_of(const std::string& entry) {
  const size_t colon = entry.find(':');
  if (colon == std::string::npos) return {entry, entry, entry};
  return {entry.substr(0, colon), entry.substr(colon + 1), entry};
}

// An env file has one line per variable. Docker takes the value literally, except for a carriage
// return at its end.
std::string in_one_line(const std::string& value) {
  return replace_all(replace_all(value, "\n", "\\n"), "\r", "\\r");
}

struct Resolved {
  Alias alias;
  std::string value;
};

std::vector<Resolved> resolve(const Env& env, const Secrets& secrets, const SecretKey& key_of) {
  std::vector<std::pair<std::string, Alias>> wanted;  // by name
  for (const std::string& entry : env.secret) {
    const Alias alias = alias_of(entry);
    set_value(wanted, alias.name, alias);
  }
  std::vector<Resolved> values;
  std::vector<Problem> problems;
  for (const auto& [name, alias] : wanted) {
    try {
      values.push_back({alias, secrets.get(alias.secret, key_of(alias.entry))});
    } catch (const ConfigurationError& error) {
      if (error.problems().empty()) throw;
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ConfigurationError(problems);
  return values;
}

// Docker reads an env file through a buffer of 64 KiB, which must hold a line and its end.
constexpr size_t max_line_bytes = 65535;

}  // namespace

std::vector<std::pair<std::string, std::string>> resolve_secrets(const Env& env, const Secrets& secrets,
                                                                 const SecretKey& key_of) {
  std::vector<std::pair<std::string, std::string>> values;
  for (Resolved& resolved : resolve(env, secrets, key_of))
    values.emplace_back(std::move(resolved.alias.name), std::move(resolved.value));
  return values;
}

std::string env_file_text(const Env& env, const Secrets& secrets, const SecretKey& key_of) {
  std::string text;
  std::vector<Problem> problems;
  for (const auto& [alias, value] : resolve(env, secrets, key_of)) {
    const std::string line = alias.name + "=" + in_one_line(value);
    if (line.size() > max_line_bytes) {
      problems.push_back({secrets.origin(alias.secret), key_of(alias.entry),
                          fmt::format("secret {} has {} bytes with its name, but Docker reads at most {} "
                                      "(put it in a file or volume instead)",
                                      alias.secret, line.size(), max_line_bytes)});
    }
    text += line + "\n";
  }
  if (!problems.empty()) throw ConfigurationError(problems);
  return text.empty() ? "\n" : text;
}

std::string Credential::resolve(const Secrets& secrets, const std::string& wanted_by) const {
  return is_secret ? required_secret(secrets, text, wanted_by) : text;
}

}  // namespace kamal::config
