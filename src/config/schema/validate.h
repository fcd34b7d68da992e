#pragma once

#include "config/report.h"
#include "config/schema/table.h"
#include "kamal/yaml/value.h"

namespace kamal::config::schema {

// Checks the structure and the types of a whole configuration against the table: unknown, missing and
// misspelt keys, values of the wrong kind, and readings of YAML that may surprise.
void validate(const Value& configuration, Report& report);

}  // namespace kamal::config::schema
