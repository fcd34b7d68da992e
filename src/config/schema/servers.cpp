#include "config/schema/table.h"

namespace kamal::config::schema {
const Section& servers() {
  static const Section section{.name = "servers",
                               .path = "servers",
                               .text = R"(A plain list is shorthand for one role named web.

Name a host as SSH reaches it: an IP address, or a name known to DNS or your SSH configuration. Tags
after a colon give it variables from env/tags and let accessories select it.

In a map, each key is a role: a list of hosts, or a map of the settings in `kamal docs role`.)",
                               .keys = {},
                               .example =
                                   "web:\n"
                                   "  - 192.0.2.10\n"
                                   "  - 192.0.2.11: canary\n"
                                   "  - 192.0.2.12: [ canary, eu ]\n"
                                   "jobs:\n"
                                   "  hosts:\n"
                                   "    - 192.0.2.13\n"
                                   "  cmd: bin/jobs"};
  return section;
}

const Section& role() {
  static const Section section{
      .name = "role",
      .path = "servers/ROLE",
      .text =
          R"(A role is a group of hosts that run the same image with a different command, resources or variables.

The primary role runs behind kamal-proxy unless it sets proxy: false; other roles only with proxy:
true or proxy settings of their own.)",
      .keys = {
          {.name = "hosts",
           .shape = {.items = &host},
           .text = "Hosts of the role, optionally with tags.",
           .example = "- 192.0.2.13\n- 192.0.2.14: [ canary, eu ]"},
          {.name = "cmd",
           .shape = {.text = true},
           .text = "Command to run instead of the image's default.",
           .example = "bin/jobs"},
          {.name = "options",
           .shape = {.entries = &flag},
           .text =
               R"(Options for docker run, as --NAME VALUE. Use true for a flag, and a list to repeat an option.
restart sets the restart policy (default: unless-stopped) and must be a string, so quote "no".)",
           .example = "memory: 2g\ncpus: 4\nadd-host: [ \"a:192.0.2.1\", \"b:192.0.2.2\" ]"},
          {.name = "env",
           .shape = environment,
           .text =
               R"(Environment variables of this role, merged over the root's. Tags are only allowed in the root env.)",
           .example = "clear:\n  QUEUE: mailers",
           .sensitive = true},
          {.name = "labels",
           .shape = {.entries = &text},
           .text =
               R"(Labels of this role's containers, merged over the root's. service, role and destination are
reserved.)",
           .example = "tier: background"},
          {.name = "logging",
           .shape = {.section = logging},
           .text = "Log settings of this role, merged over the root's.",
           .example = "driver: local"},
          {.name = "proxy",
           .shape = {.boolean = true, .section = proxy},
           .text =
               R"(Whether to run this role behind kamal-proxy, or settings merged over the root proxy's.)",
           .example = "host: api.example.com",
           .default_value = "true for the primary role, false for others"},
          {.name = "stop_timeout",
           .shape = {.integer = true},
           .text = "Seconds this role's containers have to stop before they are killed.",
           .example = "120",
           .default_value = "the root's stop_timeout"},
          {.name = "asset_path",
           .shape = {.text = true},
           .text = "Asset directory of this role, if it runs behind the proxy.",
           .example = "/app/public/assets:ro",
           .default_value = "the root's asset_path"},
      }};
  return section;
}

const Section& env() {
  static const Section section{
      .name = "env",
      .path = "env",
      .text =
          R"(Environment variables for the containers of the app, a role or an accessory. If there are only plain
values, they can stand directly under env.

Values are strings in the container. YAML converts some of them (yes becomes true, 1.10 becomes 1.1,
012 becomes 10): quote those.

Role variables override the root's, and a host's tag variables override both.)",
      .keys =
          {
              {.name = "clear",
               .shape = {.entries = &text},
               .text =
                   R"(Plain-text variables, visible in the docker command. The host's shell expands ${NAME}; all else is
passed as written.)",
               .example = "DB_HOST: db.internal\nDB_PORT: 5432"},
              {.name = "secret",
               .shape = {.items = &text},
               .text =
                   R"(Names of secrets. Values come from the secrets files and reach the host in a file readable only by
the login user. NAME:SECRET sets NAME to the value of SECRET.)",
               .example = "- DB_PASSWORD\n- MAIL_PASSWORD:SMTP_PASSWORD"},
              {.name = "tags",
               .shape = {.entries = &environment},
               .text = "Variables for hosts with a tag, by tag. Root env only.",
               .example =
                   "canary:\n  FEATURES: new-checkout\neu:\n  clear:\n    REGION: eu\n  secret:\n    - "
                   "DB_PASSWORD:EU_DB_PASSWORD"},
          },
      .example = "DB_HOST: db.internal\nDB_PORT: 5432"};
  return section;
}

}  // namespace kamal::config::schema
