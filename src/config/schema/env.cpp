#include "config/schema/table.h"

namespace kamal::config::schema {

const Section& env() {
  static const Section section{
      .name = "env",
      .path = "env",
      .text =
          "Environment variables for the containers of the application, of a role or of an accessory. Where "
          "there "
          "are only values in the clear, they may stand directly under env.\n\n"
          "Values are text for the container. YAML reads some words before kamal sees them (yes is true, "
          "1.10 is "
          "1.1, 012 is 10): put those in quotes.\n\n"
          "A role's variables lie on top of the root's, and those of a host's tags on top of both.",
      .keys =
          {
              {.name = "clear",
               .shape = {.entries = &text},
               .text = "Variables that anybody may see; they are part of the docker command. ${NAME} is "
                       "filled in by the "
                       "server's shell, everything else arrives as written.",
               .example = "DB_HOST: db.internal\nDB_PORT: 5432"},
              {.name = "secret",
               .shape = {.items = &text},
               .text = "Names of secrets. Their values come from the secrets files and travel in a file that "
                       "only the "
                       "server's user can read. NAME:SECRET gives the container NAME with the value of the "
                       "secret SECRET.",
               .example = "- DB_PASSWORD\n- MAIL_PASSWORD:SMTP_PASSWORD"},
              {.name = "tags",
               .shape = {.entries = &environment},
               .text = "Variables for the hosts that have a tag, by tag. For the env at the root only.",
               .example =
                   "canary:\n  FEATURES: new-checkout\neu:\n  clear:\n    REGION: eu\n  secret:\n    - "
                   "DB_PASSWORD:EU_DB_PASSWORD"},
          },
      .example = "DB_HOST: db.internal\nDB_PORT: 5432"};
  return section;
}

}  // namespace kamal::config::schema
