#include "config/schema/table.h"

namespace kamal::config::schema {

const Section& extensions() {
  static const Section section{
      .name = "x-kamal",
      .path = "x-kamal",
      .text =
          R"(Settings that the Ruby gem does not have. It ignores top-level keys starting with x-, so both can
read the same file.)",
      .keys = {
          {.name = "rollback_on_failure",
           .shape = {.boolean = true},
           .text =
               R"(If a deploy fails after some hosts have switched to the new version, roll those hosts back.)",
           .example = "true",
           .default_value = "false"},
          {.name = "settle",
           .shape = {.integer = true},
           .text = "Seconds to watch new containers after the switch (0: not at all).",
           .example = "10",
           .default_value = "0",
           .minimum = 0}}};
  return section;
}

}  // namespace kamal::config::schema
