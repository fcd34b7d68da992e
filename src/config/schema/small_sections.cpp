#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& otel() {
  static const Section section{
      .name = {},
      .path = "output/otel",
      .text = {},
      .keys = {{.name = "endpoint",
                .shape = {.string = true},
                .text = "Address of the collector; log records go to it as OTLP over HTTP.",
                .example = "http://otel.example.com:4318",
                .need = Need::required}}};
  return section;
}

const Section& file() {
  static const Section section{
      .name = {},
      .path = "output/file",
      .text = {},
      .keys = {{.name = "path",
                .shape = {.string = true},
                .text = "Folder here; each run gets a file with its time and command in the name.",
                .example = "log/deploys",
                .need = Need::required}}};
  return section;
}

}  // namespace

const Section& output() {
  static const Section section{
      .name = "output",
      .path = "output",
      .text =
          "Commands that change servers can leave a record. A record that can't be written never holds up a "
          "deploy.",
      .keys = {{.name = "otel",
                .shape = {.section = otel},
                .text = "Send the story to an OpenTelemetry collector, with service, version and who did it.",
                .example = {}},
               {.name = "file",
                .shape = {.section = file},
                .text = "Keep the story in files on this machine.",
                .example = {}}}};
  return section;
}

const Section& boot() {
  static const Section section{
      .name = "boot",
      .path = "boot",
      .text =
          "By default all servers change over at once. With a limit they go in groups, so that a version "
          "that breaks "
          "stops at the first group.",
      .keys = {{.name = "limit",
                .shape = {.text = true},
                .text = "Servers in a group: a number, or a share of all servers such as 25%.",
                .example = "25%",
                .default_value = "all"},
               {.name = "wait",
                .shape = {.integer = true},
                .text = "Seconds to wait between groups.",
                .example = "10"},
               {.name = "parallel_roles",
                .shape = {.boolean = true},
                .text = "Whether several roles on a server start at the same time or one after the other.",
                .example = "true",
                .default_value = "false"}}};
  return section;
}

const Section& logging() {
  static const Section section{.name = "logging",
                               .path = "logging",
                               .text =
                                   "Docker's logs, for the application or for one role. Without any setting "
                                   "docker keeps 10 MB for each "
                                   "container.",
                               .keys = {{.name = "driver",
                                         .shape = {.text = true},
                                         .text = "Docker's log driver.",
                                         .example = "json-file",
                                         .default_value = "the engine's own"},
                                        {.name = "options",
                                         .shape = {.entries = &optional_text},
                                         .text = "Options of the driver, as --log-opt NAME=VALUE.",
                                         .example = "max-size: 100m\nmax-file: \"3\""}}};
  return section;
}

const Section& alias() {
  static const Section section{
      .name = "alias",
      .path = "aliases",
      .text =
          "Each alias is a name and the command that it stands for, with its options. `kamal NAME` runs it; "
          "words "
          "after the name are added at its end.\n\n"
          "Names have lower case letters, digits, - and _, and may not be those of kamal's own commands.",
      .keys = {},
      .example =
          "console: app exec -i --reuse \"bin/console\"\nlog: app logs -f\nship: deploy -d production"};
  return section;
}

}  // namespace kamal::config::schema
