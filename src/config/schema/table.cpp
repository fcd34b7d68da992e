#include "config/schema/table.h"

#include <algorithm>

namespace kamal::config::schema {
namespace {

constinit const Shape word_or_words{.text = true, .items = &text};

}  // namespace

constinit const Shape text{.text = true};
constinit const Shape optional_text{.text = true, .null = true};
constinit const Shape flag{.text = true, .null = true, .items = &optional_text};
constinit const Shape host{
    .text = true, .entries = &word_or_words, .single = true, .label = "a host, or a host: and its tags"};
constinit const Shape environment{.entries = &text, .section = env, .label = "a map of variables"};

const Key* find_key(const Section& section, std::string_view name) {
  const auto found = std::find_if(section.keys.begin(), section.keys.end(),
                                  [&](const Key& key) { return key.name == name; });
  return found == section.keys.end() ? nullptr : &*found;
}

bool uses_keys_of(const Section& section, const Value& map) {
  return std::any_of(map.map().begin(), map.map().end(),
                     [&](const auto& entry) { return find_key(section, entry.first) != nullptr; });
}

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "/" + std::string(name);
}

const std::vector<const Section*>& sections() {
  static const std::vector<const Section*> all = {
      &accessory(), &alias(),    &boot(), &builder(), &configuration(), &env(),    &logging(),   &output(),
      &proxy(),     &registry(), &role(), &servers(), &ssh(),           &sshkit(), &extensions()};
  return all;
}

}  // namespace kamal::config::schema
