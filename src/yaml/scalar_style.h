#pragma once

#include <string_view>

namespace kamal::yaml {

enum class Style { plain, single_quoted, double_quoted, literal };
enum class Place { key, value };

// What the reference chooses for a text. `wanted` is what its first step asks for, the rest is libyaml's
// veto.
Style style_of_text(std::string_view text, Place place);
Style allowed_style(Style wanted, std::string_view text, Place place);

}  // namespace kamal::yaml
