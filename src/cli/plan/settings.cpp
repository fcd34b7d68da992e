#include "cli/plan/settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/plan/option_fields.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using Kind = Difference::Kind;
using Change = Difference::Change;
using Texts = std::vector<std::string>;

constexpr const char* log_option = "log-opt";

Texts sorted(Texts texts) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

std::pair<std::string, std::string> name_and_value(const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) return {assignment, ""};
  return {assignment.substr(0, equals), assignment.substr(equals + 1)};
}

NamedValues assignments(const json& list) {
  NamedValues values;
  for (const json& item : list) {
    if (item.is_string()) values.insert(name_and_value(item.get<std::string>()));
  }
  return values;
}

NamedValues map_of_texts(const json& map) {
  NamedValues values;
  for (const auto& [name, value] : map.items()) {
    if (value.is_string()) values.emplace(name, value.get<std::string>());
  }
  return values;
}

Texts list_of_texts(const json& list) {
  Texts texts;
  for (const json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

// The image's anonymous volumes are every container's.
Texts anonymous_volumes(const json& document) {
  Texts paths;
  for (const auto& [path, value] : at_path(document, "/Config/Volumes").items()) paths.push_back(path);
  return paths;
}

void overlay(NamedValues& values, const std::string& assignment) {
  const auto [name, value] = name_and_value(assignment);
  values[name] = value;
}

// Reads the arguments of `docker run` like docker.
class RunReader {
 public:
  RunReader(const Texts& arguments, const json& image) : arguments_(arguments), image_(image) {
    settings_.env = assignments(at_path(image, "/Config/Env"));
    settings_.labels = map_of_texts(at_path(image, "/Config/Labels"));
    settings_.volumes = anonymous_volumes(image);
  }

  ContainerSettings read() {
    while (at_ < arguments_.size() && arguments_[at_].starts_with('-')) read_option(arguments_[at_++]);
    if (at_ < arguments_.size()) settings_.image = arguments_[at_++];
    settings_.cmd.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(at_), arguments_.end());
    const bool own_entrypoint = settings_.options.contains("entrypoint");
    if (settings_.cmd.empty() && !own_entrypoint)
      settings_.cmd = list_of_texts(at_path(image_, "/Config/Cmd"));
    settings_.volumes = sorted(std::move(settings_.volumes));
    return std::move(settings_);
  }

 private:
  void read_option(const std::string& argument) {
    const std::string text = argument.substr(argument.starts_with("--") ? 2 : 1);
    const size_t equals = text.find('=');
    const std::string name = long_name(text.substr(0, equals));
    if (equals != std::string::npos) return take(name, text.substr(equals + 1));
    if (is_flag_of_run(name)) return take(name, "true");
    take(name, at_ < arguments_.size() ? arguments_[at_++] : "");
  }

  void take(const std::string& name, const std::string& value) {
    static const std::set<std::string> others = {"name", "detach", "env-file", "quiet"};
    if (others.contains(name)) return;
    if (name == "env") {
      // Without a value, it is that of docker's caller, if there is one.
      if (value.find('=') != std::string::npos) overlay(settings_.env, value);
    } else if (name == "label") {
      overlay(settings_.labels, value);
    } else if (name == "volume") {
      settings_.volumes.push_back(value);
    } else {
      Texts& values = settings_.options[name];
      if (!is_list_of_run(name) && name != "network") values.clear();
      values.push_back(value);
    }
  }

  const Texts& arguments_;
  const json& image_;
  size_t at_ = 0;
  ContainerSettings settings_;
};

// Docker's form of written values; nothing if one can't be compared.
std::optional<Texts> normalized(const std::string& name, const Texts& values) {
  if (name == log_option) return values;
  const OptionField* const field = find_option_field(name);
  if (!field || (!is_list_of_run(name) && values.size() > 1)) return std::nullopt;
  Texts normal;
  for (const std::string& value : values) {
    const auto text = field->normalize(value);
    if (!text) return std::nullopt;
    if (!text->empty()) normal.push_back(*text);
  }
  return sorted(std::move(normal));
}

void add_defaults_of_image(OptionValues& options, const json& image) {
  for (const OptionField& field : option_fields()) {
    if (!field.image) continue;
    const bool is_written = options.contains(field.name);
    if (is_written && !is_list_of_run(field.name)) continue;
    Texts values = field.read(at_path(image, field.image));
    if (values.empty()) continue;
    Texts& all = options[field.name];
    all.insert(all.end(), values.begin(), values.end());
    all = sorted(std::move(all));
  }
}

// A published port is exposed, too.
void hide_published(OptionValues& options) {
  const auto published = options.find("publish");
  const auto exposed = options.find("expose");
  if (published == options.end() || exposed == options.end()) return;
  std::erase_if(exposed->second, [&](const std::string& port) {
    return std::ranges::any_of(published->second,
                               [&](const std::string& one) { return one.ends_with(":" + port); });
  });
}

Difference difference(Kind kind, const std::string& name, const std::string& before,
                      const std::string& after) {
  const Change change = before.empty() ? Change::added : after.empty() ? Change::removed : Change::changed;
  return {kind, change, name, before, after};
}

void compare_volumes(Comparison& result, const Texts& wanted, const Texts& actual) {
  for (const std::string& volume : wanted) {
    if (!contains(actual, volume)) result.differences.push_back({Kind::volume, Change::added, volume});
  }
  for (const std::string& volume : actual) {
    if (!contains(wanted, volume)) result.differences.push_back({Kind::volume, Change::removed, volume});
  }
}

Texts values_of(const OptionValues& options, const std::string& name) {
  const auto found = options.find(name);
  return found == options.end() ? Texts() : found->second;
}

void compare_option(Comparison& result, const std::string& name, const Texts& wanted, const Texts& actual) {
  if (wanted == actual) return;
  result.differences.push_back(difference(Kind::option, name, join(actual, ", "), join(wanted, ", ")));
}

// The daemon may add options of its own.
void compare_log_options(Comparison& result, const Texts& wanted, const Texts& actual) {
  for (const std::string& option : wanted) {
    if (contains(actual, option)) continue;
    const auto [name, value] = name_and_value(option);
    const auto other = std::ranges::find_if(
        actual, [&, prefix = name + "="](const std::string& one) { return one.starts_with(prefix); });
    result.differences.push_back(difference(
        Kind::option, "log-opt " + name, other == actual.end() ? "" : name_and_value(*other).second, value));
  }
}

void compare_options(Comparison& result, OptionValues wanted, OptionValues actual) {
  hide_published(wanted);
  hide_published(actual);
  for (const OptionField& field : option_fields()) {
    const bool is_written = wanted.contains(field.name);
    if (!is_written && (field.unset == OptionField::Unset::depends || !actual.contains(field.name))) continue;
    if (!contains(result.not_compared, std::string(field.name)))
      compare_option(result, field.name, values_of(wanted, field.name), values_of(actual, field.name));
  }
  compare_log_options(result, values_of(wanted, log_option), values_of(actual, log_option));
}

}  // namespace

const char* name_of(Difference::Kind kind) {
  switch (kind) {
    case Kind::image:
      return "image";
    case Kind::env:
      return "env";
    case Kind::label:
      return "label";
    case Kind::cmd:
      return "cmd";
    case Kind::option:
      return "option";
    case Kind::volume:
      return "volume";
    case Kind::proxy:
      break;
  }
  return "proxy";
}

const char* name_of(Change change) {
  return change == Change::added ? "added" : change == Change::removed ? "removed" : "changed";
}

const json& at_path(const json& document, std::string_view pointer) {
  static const json missing;
  const json* at = &document;
  for (const std::string& name : split(pointer.substr(1), '/')) {
    if (!at->is_object()) return missing;
    const auto found = at->find(name);
    if (found == at->end()) return missing;
    at = &*found;
  }
  return *at;
}

std::string text_at(const json& document, std::string_view pointer) {
  const json& value = at_path(document, pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

ContainerSettings settings_of_run(const Texts& arguments, const json& image) {
  ContainerSettings settings = RunReader(arguments, image).read();
  OptionValues options;
  for (const auto& [name, values] : settings.options) {
    if (auto normal = normalized(name, values)) {
      options[name] = std::move(*normal);
    } else {
      settings.not_comparable.push_back(name);
    }
  }
  add_defaults_of_image(options, image);
  settings.options = std::move(options);
  return settings;
}

ContainerSettings settings_of_container(const json& container) {
  ContainerSettings settings{.image = text_at(container, "/Config/Image"),
                             .env = assignments(at_path(container, "/Config/Env")),
                             .labels = map_of_texts(at_path(container, "/Config/Labels")),
                             .volumes = list_of_texts(at_path(container, "/HostConfig/Binds")),
                             .cmd = list_of_texts(at_path(container, "/Config/Cmd"))};
  for (std::string& path : anonymous_volumes(container)) settings.volumes.push_back(std::move(path));
  settings.volumes = sorted(std::move(settings.volumes));
  for (const OptionField& field : option_fields()) {
    Texts values = sorted(field.read(at_path(container, field.container)));
    if (!values.empty()) settings.options[field.name] = std::move(values);
  }
  // Comes with --privileged.
  if (settings.options.contains("privileged")) std::erase(settings.options["security-opt"], "label=disable");
  for (const auto& [name, value] : map_of_texts(at_path(container, "/HostConfig/LogConfig/Config")))
    settings.options[log_option].push_back(name + "=" + value);
  return settings;
}

void add_differences(std::vector<Difference>& differences, Kind kind, const NamedValues& wanted,
                     const NamedValues& actual, Values values) {
  const auto shown = [&](const std::string& value) { return values == Values::show ? value : std::string(); };
  for (const auto& [name, value] : wanted) {
    const auto before = actual.find(name);
    if (before == actual.end()) {
      differences.push_back({kind, Change::added, name, "", shown(value)});
    } else if (before->second != value) {
      differences.push_back({kind, Change::changed, name, shown(before->second), shown(value)});
    }
  }
  for (const auto& [name, value] : actual) {
    if (!wanted.contains(name)) differences.push_back({kind, Change::removed, name, shown(value), ""});
  }
}

Comparison compare(const ContainerSettings& wanted, const ContainerSettings& actual) {
  Comparison result;
  if (wanted.image != actual.image)
    result.differences.push_back(difference(Kind::image, "", actual.image, wanted.image));
  add_differences(result.differences, Kind::env, wanted.env, actual.env, Values::hide);
  if (wanted.cmd != actual.cmd) {
    const auto text = [](const Texts& cmd) {
      Texts quoted;
      for (const std::string& word : cmd) quoted.push_back(shell_quote(word));
      return join(quoted, " ");
    };
    result.differences.push_back(difference(Kind::cmd, "", text(actual.cmd), text(wanted.cmd)));
  }
  add_differences(result.differences, Kind::label, wanted.labels, actual.labels, Values::show);
  for (const std::string& name : wanted.not_comparable) result.not_compared.push_back(name);
  compare_options(result, wanted.options, actual.options);
  compare_volumes(result, wanted.volumes, actual.volumes);
  return result;
}

std::string name_in(const json& container) {
  const std::string name = text_at(container, "/Name");
  return name.starts_with('/') ? name.substr(1) : name;
}

}  // namespace kamal::cli
