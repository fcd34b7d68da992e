#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace kamal {

// Strong typedef: a host can't be passed as a role or version.
template <class Tag>
class StrongString {
 public:
  StrongString() = default;
  explicit StrongString(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const StrongString&) const = default;

 private:
  std::string text_;
};

using Host = StrongString<struct HostTag>;                // as written in deploy.yml: a name or an address
using RoleName = StrongString<struct RoleTag>;            // key under `servers`
using Version = StrongString<struct VersionTag>;          // image tag and suffix of container names
using Destination = StrongString<struct DestinationTag>;  // DEST of deploy.DEST.yml

}  // namespace kamal

template <class Tag>
struct std::hash<kamal::StrongString<Tag>> {
  size_t operator()(const kamal::StrongString<Tag>& name) const {
    return std::hash<std::string>()(name.str());
  }
};
