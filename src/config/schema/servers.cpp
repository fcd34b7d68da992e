#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {}  // namespace

const Section& servers() {
  static const Section section{
      .name = "servers",
      .path = "servers",
      .text =
          "A list of servers is short for one role named web with these hosts.\n\n"
          "A server is named as SSH reaches it: an address, or a name that DNS or your SSH configuration "
          "knows. "
          "Tags after a colon give it variables of env/tags and let accessories find it.\n\n"
          "With a map, each key is a role: a list of hosts, or a map of the settings that `kamal docs role` "
          "tells.",
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
          "A role is a group of servers that run the same image in their own way: other command, other "
          "resources, "
          "other variables.\n\n"
          "The primary role stands behind kamal-proxy unless it says proxy: false; other roles only when "
          "they say "
          "proxy: true or have proxy settings of their own.",
      .keys = {
          {.name = "hosts",
           .shape = {.items = &host},
           .text = "The servers of the role, with tags if wanted.",
           .example = "- 192.0.2.13\n- 192.0.2.14: [ canary, eu ]"},
          {.name = "cmd",
           .shape = {.text = true},
           .text = "Command to run in place of the image's own.",
           .example = "bin/jobs"},
          {.name = "options",
           .shape = {.entries = &flag},
           .text = "Options for docker run, as --NAME VALUE. true stands for an option without value, a list "
                   "for one "
                   "that is given several times. restart sets the restart policy (unless-stopped by default) "
                   "and must "
                   "be text, so write \"no\" in quotes.",
           .example = "memory: 2g\ncpus: 4\nadd-host: [ \"a:192.0.2.1\", \"b:192.0.2.2\" ]"},
          {.name = "env",
           .shape = environment,
           .text = "Variables of this role, on top of those of the whole application. Tags are for the root "
                   "only.",
           .example = "clear:\n  QUEUE: mailers"},
          {.name = "labels",
           .shape = {.entries = &text},
           .text = "Labels of this role's containers, on top of those of the whole application. service, "
                   "role and "
                   "destination are taken.",
           .example = "tier: background"},
          {.name = "logging",
           .shape = {.section = logging},
           .text = "Log settings of this role, merged with those of the whole application.",
           .example = "driver: local"},
          {.name = "proxy",
           .shape = {.boolean = true, .section = proxy},
           .text =
               "Whether the role stands behind kamal-proxy, or how: its own settings on top of the root's.",
           .example = "host: api.example.com",
           .default_value = "true for the primary role, false for others"},
          {.name = "stop_timeout",
           .shape = {.integer = true},
           .text = "Seconds between asking this role's containers to end and killing them.",
           .example = "120",
           .default_value = "stop_timeout of the root"},
          {.name = "asset_path",
           .shape = {.text = true},
           .text = "Folder of assets of this role, for roles behind the proxy.",
           .example = "/app/public/assets:ro",
           .default_value = "asset_path of the root"},
      }};
  return section;
}

}  // namespace kamal::config::schema
