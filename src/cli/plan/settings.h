#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::cli {

// A setting that a container or kamal-proxy has, and deploy.yml has otherwise.
struct Difference {
  enum class Kind { image, env, label, cmd, option, volume, proxy };
  enum class Change { added, removed, changed };
  Kind kind{};
  Change change{};
  std::string name{};             // of the variable, label, option, setting or volume; "" for image and cmd
  std::string before{}, after{};  // "" for env: values may be secrets

  bool operator==(const Difference&) const = default;
};
const char* name_of(Difference::Kind kind);
const char* name_of(Difference::Change change);

struct Comparison {
  std::vector<Difference> differences{};
  std::vector<std::string> not_compared{};  // options, cmd ...

  bool operator==(const Comparison&) const = default;
};

using NamedValues = std::map<std::string, std::string>;
using OptionValues = std::map<std::string, std::vector<std::string>>;  // sorted, by the long name

// What `docker run` sets, with what the image brings.
struct ContainerSettings {
  std::string image{};
  NamedValues env{}, labels{};
  std::vector<std::string> volumes{};  // sorted
  std::vector<std::string> cmd{};
  OptionValues options{};                     // in docker's form
  std::vector<std::string> not_comparable{};  // options
};

// As docker runs the arguments of `docker run` with this image, a JSON document of docker's (null if it is
// unknown; then it seems to bring nothing).
ContainerSettings settings_of_run(const std::vector<std::string>& arguments, const nlohmann::json& image);
// Of a container, a JSON document of docker's.
ContainerSettings settings_of_container(const nlohmann::json& container);
Comparison compare(const ContainerSettings& wanted, const ContainerSettings& actual);

// The differences between two maps, by name.
enum class Values { show, hide };
void add_differences(std::vector<Difference>& differences, Difference::Kind kind, const NamedValues& wanted,
                     const NamedValues& actual, Values values);

// Member by member; null if something on the way is missing.
const nlohmann::json& at_path(const nlohmann::json& document, std::string_view pointer);
std::string text_at(const nlohmann::json& document, std::string_view pointer);  // "" unless it is a string
// Of a container, a JSON document of docker's, which starts it with a slash.
std::string name_in(const nlohmann::json& container);

}  // namespace kamal::cli
