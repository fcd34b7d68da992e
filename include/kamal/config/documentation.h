#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::config {

// Documentation of deploy.yml, for users and tools, generated from the table that validation uses.

// Sections that `kamal docs` accepts.
std::vector<std::string> documentation_sections();
// `kamal docs [SECTION]`: YAML with comments. Throws ConfigurationError, with the choices, for an unknown
// section.
std::string documentation(const std::optional<std::string>& section);
// docs/configuration.md
std::string configuration_reference();
// docs/deploy.schema.json: a JSON Schema (draft 7), for editors.
std::string json_schema();

}  // namespace kamal::config
