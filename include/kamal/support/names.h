#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace kamal {

// A string with a meaning of its own, so that a host is never handed over as a role or a version.
template <class Meaning>
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Name&) const = default;

 private:
  std::string text_;
};

using Host = Name<struct HostMeaning>;                // as written in deploy.yml: a name or an address
using RoleName = Name<struct RoleMeaning>;            // key under `servers`
using Version = Name<struct VersionMeaning>;          // image tag and suffix of container names
using Destination = Name<struct DestinationMeaning>;  // DEST of deploy.DEST.yml

}  // namespace kamal

template <class Meaning>
struct std::hash<kamal::Name<Meaning>> {
  size_t operator()(const kamal::Name<Meaning>& name) const { return std::hash<std::string>()(name.str()); }
};
