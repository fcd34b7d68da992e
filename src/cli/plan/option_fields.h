#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::cli {

// An option of `docker run` that can be compared with what `docker inspect` says of the container.
struct OptionField {
  // The default is the same everywhere, or comes from the image, or depends on the host: then only a value
  // that deploy.yml sets is compared.
  enum class Unset { is_default, depends };

  const char* name;       // long form
  const char* container;  // JSON pointer in docker's document of a container
  const char* image;      // likewise of an image; null if images don't set it
  // A written value in docker's form; "" for the default, nothing for what can't be compared.
  std::optional<std::string> (*normalize)(const std::string& value);
  std::vector<std::string> (*read)(const nlohmann::json& value);
  Unset unset = Unset::is_default;
};

std::span<const OptionField> option_fields();
const OptionField* find_option_field(std::string_view name);  // null if it can't be compared

// The long name of an option of `docker run` without dashes: p -> publish.
std::string long_name(const std::string& name);
bool is_flag_of_run(std::string_view long_name);
// May be given several times; of other options, docker takes the last one.
bool is_list_of_run(std::string_view long_name);

// 1m30s in nanoseconds, as docker and kamal-proxy read durations.
std::optional<std::string> nanoseconds(const std::string& duration);

}  // namespace kamal::cli
