#pragma once

#include <vector>

#include "config/access.h"
#include "config/schema/table.h"
#include "kamal/yaml/value.h"

namespace kamal::config::schema {

// Checks the structure and the types of a whole configuration against the table: unknown, missing and
// misspelt keys, values of the wrong kind, and readings of YAML that may surprise.
void validate(const Value& configuration, Report& report);

// Whether a key of this shape counts as absent if everything below it is commented out: true for maps and for
// the proxy of a role or an accessory; false for lists, single values and keys that accept either.
bool may_be_commented_out(const Shape& shape);

// Removes such keys if they are empty. Validation rejects the others.
void remove_commented_out(Value& configuration, std::vector<Problem>& warnings);

}  // namespace kamal::config::schema
