#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& otel() {
  static const Section section{.name = {},
                               .path = "output/otel",
                               .text = {},
                               .keys = {{.name = "endpoint",
                                         .shape = {.string = true},
                                         .text = "URL of the collector; logs are sent as OTLP over HTTP.",
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
                .text = R"(Local directory; each run writes a file named after its time and command.)",
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
          R"(Commands that change servers can keep a log. A log that can't be written never blocks a deploy.)",
      .keys = {{.name = "otel",
                .shape = {.section = otel},
                .text = R"(Send logs to an OpenTelemetry collector, with service, version and performer.)",
                .example = {}},
               {.name = "file",
                .shape = {.section = file},
                .text = "Save logs to files on this machine.",
                .example = {}}}};
  return section;
}

const Section& boot() {
  static const Section section{
      .name = "boot",
      .path = "boot",
      .text =
          R"(All hosts boot at once by default. A limit boots them in groups, so a bad version stops at the first
one.)",
      .keys = {{.name = "limit",
                .shape = {.text = true},
                .text = "Hosts per group: a number, or a percentage of all hosts such as 25%.",
                .example = "25%",
                .default_value = "all"},
               {.name = "wait",
                .shape = {.integer = true},
                .text = "Seconds to wait between groups.",
                .example = "10"},
               {.name = "parallel_roles",
                .shape = {.boolean = true},
                .text = "Boot several roles on a host in parallel instead of one after the other.",
                .example = "true",
                .default_value = "false"}}};
  return section;
}

const Section& logging() {
  static const Section section{
      .name = "logging",
      .path = "logging",
      .text = R"(Docker logs of the app, or of one role. By default Docker keeps 10 MB per container.)",
      .keys = {{.name = "driver",
                .shape = {.text = true},
                .text = "Docker log driver.",
                .example = "json-file",
                .default_value = "Docker's default"},
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
          R"(Each alias maps a name to a command with its options. `kamal NAME` runs it; further arguments are
appended.

Names consist of lowercase letters, digits, - and _, and must not match a kamal command.)",
      .keys = {},
      .example =
          "console: app exec -i --reuse \"bin/console\"\nlog: app logs -f\nship: deploy -d production"};
  return section;
}

}  // namespace kamal::config::schema
