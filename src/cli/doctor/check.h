#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/support/names.h"

namespace kamal::cli {

enum class CheckState {
  ok,
  warning,  // works, but may not for long or as intended
  problem,  // something will fail
  unknown,  // could not be found out
};

// What `doctor` found out about one thing.
struct Check {
  std::string name{};  // stable, such as docker-version
  CheckState state = CheckState::ok;
  std::string what{};          // in one line; "" if the name says it all
  std::string next{};          // a command to type, or what to change; "" for none
  std::optional<Host> host{};  // nothing for this machine
};

using Checks = std::vector<Check>;

inline Check ok(std::string name, std::string what = "") {
  return {.name = std::move(name), .what = std::move(what)};
}
inline Check warning(std::string name, std::string what, std::string next) {
  return {std::move(name), CheckState::warning, std::move(what), std::move(next)};
}
inline Check problem(std::string name, std::string what, std::string next) {
  return {std::move(name), CheckState::problem, std::move(what), std::move(next)};
}
inline Check unknown(std::string name, std::string why) {
  return {.name = std::move(name), .state = CheckState::unknown, .what = std::move(why)};
}

inline void add_all(Checks& checks, Checks more) {
  for (Check& check : more) checks.push_back(std::move(check));
}

}  // namespace kamal::cli
