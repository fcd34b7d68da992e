#pragma once

#include <vector>

#include "config/schema/table.h"
#include "kamal/yaml/error.h"
#include "kamal/yaml/value.h"

namespace kamal::config::schema {

// Does a key of this shape count as absent when all that is below it is commented out? A map does, and so
// does the proxy of a role or an accessory; lists, single values and what may be either don't.
bool may_be_commented_out(const Shape& shape);

// Removes such keys where they have no content. Validation refuses the others.
void remove_commented_out(Value& configuration, std::vector<Problem>& warnings);

}  // namespace kamal::config::schema
