#pragma once

#include <string>

#include "kamal/yaml/value.h"

namespace kamal::yaml {

// A document as Kamal writes it (Psych over libyaml), so that scripts can keep reading it. Texts
// whose source_text() starts with a colon, and such keys, are symbols; source_text() of a map's entry that is
// a map is its tag.
std::string emit(const Value& value);

}  // namespace kamal::yaml
