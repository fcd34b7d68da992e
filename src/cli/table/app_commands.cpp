#include "cli/table/groups.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

CommandSpec exec_command() {
  return {
      .name = "exec",
      .summary = "Run a command in a container of the app, new or running",
      .arguments = "[CMD...]",
      .min_args = 0,
      .max_args = any_number,
      .options = {interactive_option(),
                  {.name = "reuse", .help = "In the container that runs, instead of a new one"},
                  {.name = "env",
                   .kind = Kind::pairs,
                   .short_name = 'e',
                   .help = "Environment of the command",
                   .placeholder = "NAME:VALUE"},
                  {.name = "detach", .help = "In a container of its own that is left running"},
                  raw_option()},
      .forwards_unknown_options = true,
      .details =
          "Without --reuse the command runs in a new container of the latest image, or of that of --version, "
          "and "
          "the container goes away behind it; with --reuse in the container that serves. It runs on all "
          "selected servers at once, with -i on the primary one only.\n"
          "A single argument is a shell line and runs as written: in `kamal app exec 'ls /app | wc -l'` the "
          "pipe is the server's. Several arguments keep their boundaries, each quoted once; only the first "
          "one is still a shell line, for aliases such as `app exec \"bin/rails runner\"`. For a pipe in "
          "the container: `kamal app exec -- sh -c 'ls /app | wc -l'`\n"
          "kamal options may appear anywhere; everything after -- belongs to the command: `kamal app exec -- "
          "ls -la /`",
  };
}

CommandSpec logs_command() {
  CommandSpec logs{.name = "logs",
                   .summary = "Show log lines of the app",
                   .options = log_options(),
                   .details =
                       "Without --lines, --since and --grep: the last 100 lines, or 10 with --follow. "
                       "--follow shows all selected servers and roles at once, and goes on with the next "
                       "container where one is replaced."};
  logs.options.push_back(
      {.name = "container_id", .kind = Kind::text, .help = "Of this container", .placeholder = "ID"});
  return logs;
}

}  // namespace

CommandSpec app_commands() {
  return {
      .name = "app",
      .summary = "Manage the application",
      .commands =
          {
              {.name = "boot", .summary = "Boot the app, or reboot it where it runs"},
              {.name = "containers", .summary = "Show the app's containers"},
              {.name = "details", .summary = "Show the app's running containers"},
              exec_command(),
              {.name = "images", .summary = "Show the app's images"},
              {.name = "live", .summary = "End the maintenance mode"},
              logs_command(),
              {.name = "maintenance",
               .summary = "Answer requests with a maintenance page",
               .options =
                   {{.name = "drain_timeout",
                     .kind = Kind::seconds,
                     .help =
                         "Seconds that running requests get (default: drain_timeout of the configuration)",
                     .placeholder = "N"},
                    {.name = "message",
                     .kind = Kind::text,
                     .help = "What visitors are told",
                     .placeholder = "TEXT"}}},
              {.name = "remove", .summary = "Remove the app's containers, images and folders"},
              {.name = "remove_app_directories", .summary = "Remove the app's folders", .hidden = true},
              {.name = "remove_container",
               .summary = "Remove the container of a version",
               .arguments = "[VERSION]",
               .min_args = 1,
               .max_args = 1,
               .hidden = true},
              {.name = "remove_containers",
               .summary = "Remove all stopped containers of the app",
               .hidden = true},
              {.name = "remove_images", .summary = "Remove all unused images of the app", .hidden = true},
              {.name = "stale_containers",
               .summary = "Find containers of old versions that still run",
               .options = {{.name = "stop", .short_name = 's', .help = "Stop them"}}},
              {.name = "start", .summary = "Start the app's containers"},
              {.name = "stop", .summary = "Stop the app's containers"},
              {.name = "version", .summary = "Show which version runs"},
          },
  };
}

}  // namespace kamal::cli
