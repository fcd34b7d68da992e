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
               R"(If booting the new version fails after some hosts have switched to it, roll those hosts back to the
version that they ran, before the deploy lock is freed. No hooks run for it. --rollback-on-failure and
--no-rollback-on-failure override it.)",
           .example = "true",
           .default_value = "false"},
          {.name = "settle",
           .shape = {.integer = true},
           .text =
               R"(Seconds to watch new containers after the switch (0: not at all). The deploy fails if one stops,
restarts or becomes unhealthy. --settle overrides it.)",
           .example = "10",
           .default_value = "0",
           .minimum = 0}}};
  return section;
}

}  // namespace kamal::config::schema
