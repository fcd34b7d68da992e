#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kamal/support/names.h"
#include "kamal/yaml/value.h"

namespace kamal::config {

// The problems of a configuration, collected to report them all at once.
struct Report {
  std::vector<Problem> errors;
  std::vector<Problem> warnings;

  // `fix` is the label of the excerpt, see Problem.
  void error(std::string key, const Mark& mark, std::string message, std::string fix = "") {
    errors.push_back({mark, std::move(key), std::move(message), std::move(fix)});
  }
  void warn(std::string key, const Mark& mark, std::string message) {
    warnings.push_back({mark, std::move(key), std::move(message)});
  }
};

// Hosts in order of first appearance.
class HostSet {
 public:
  void add(const std::vector<Host>& hosts) {
    for (const Host& host : hosts) {
      if (known_.insert(host).second) hosts_.push_back(host);
    }
  }
  std::vector<Host> take() { return std::move(hosts_); }

 private:
  std::vector<Host> hosts_;
  std::unordered_set<Host> known_;
};

// Access to raw configuration. A value of the wrong type counts as absent: validation reports it.

// Null for absent values, so that lookups chain.
inline const Value* find_in(const Value* map, std::string_view key) { return map ? map->find(key) : nullptr; }

const Value::Map& map_of(const Value* value);            // its entries; none if it is not a map
const Value::List& list_of(const Value* value);          // its items; none if it is not a list
std::optional<std::string> text_of(const Value* value);  // of scalars that are not null
std::optional<std::string> text_at(const Value* map, std::string_view key);
// Likewise, but `false` counts as absent, as in Kamal's `a || b`.
std::optional<std::string> setting_at(const Value* map, std::string_view key);
std::optional<bool> boolean_at(const Value* map, std::string_view key);
std::vector<std::string> texts_of(const Value* list);  // of its scalars
std::optional<std::vector<std::string>> texts_at(const Value* map, std::string_view key);
// Neither absent nor blank.
bool present_at(const Value* map, std::string_view key);
// From a number, or from a text of digits.
std::optional<int64_t> integer_of(const Value* value);
// Bounded to 30 years, so that sums can't overflow.
std::optional<std::chrono::seconds> seconds_at(const Value* map, std::string_view key);
// `key` of a configuration's own map: names written as symbols lose their colon.
std::string plain_name(std::string_view key);

}  // namespace kamal::config
