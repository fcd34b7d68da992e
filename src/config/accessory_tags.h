#pragma once

#include <string>
#include <vector>

#include "kamal/support/names.h"
#include "kamal/yaml/value.h"

namespace kamal::config {

// A server that `tag` or `tags` of an accessory finds, or might be expected to.
struct TagMatch {
  enum class Kind {
    whole,
    part,   // the server's only tag has the text in it
    hidden  // the role is a map with `hosts:`, where the reference does not look
  };
  Host host;
  std::string role;
  Kind kind;
};

// In the order of the file. With a plain list of servers, where the reference finds nothing, a tag is
// compared as a whole.
std::vector<TagMatch> hosts_with_tag(const Value& raw, const std::string& tag);

}  // namespace kamal::config
