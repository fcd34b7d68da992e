#pragma once

#include "kamal/yaml/value.h"

namespace kamal::config {

// A destination's file on top of deploy.yml: as deep_merge(), but where one of them names a single host, role
// or tag and the other a list of them, the destination's key replaces the other one.
Value merge_destination(Value base, const Value& over);

// Removes `host` and `hosts` of a proxy that `over` replaces, whichever of the two it uses.
void drop_replaced_hosts(Value& base, const Value& over);

}  // namespace kamal::config
