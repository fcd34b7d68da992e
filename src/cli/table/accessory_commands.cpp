#include "cli/table/groups.h"

namespace kamal::cli {
namespace {

// A command about one accessory, or all of them.
CommandSpec named(std::string name, std::string summary, std::vector<OptionSpec> options = {}) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .arguments = "[NAME]",
          .min_args = 1,
          .max_args = 1,
          .options = std::move(options),
          .completes = Completes::accessories};
}

CommandSpec or_all(CommandSpec command) {
  command.choices = {"all"};
  return command;
}

CommandSpec hidden(CommandSpec command) {
  command.hidden = true;
  return command;
}

}  // namespace

CommandSpec accessory_commands() {
  return {
      .name = "accessory",
      .summary = "Manage accessories: databases, caches, search engines",
      .commands =
          {
              or_all(named("boot", "Boot an accessory where it has no container yet (all: every one)")),
              or_all(named("details", "Show an accessory's containers (all: of every one)")),
              hidden(named("directories", "Create the folders of an accessory")),
              {.name = "exec",
               .summary = "Run a command in a container of an accessory, new or running",
               .arguments = "[NAME] [CMD...]",
               .min_args = 1,
               .max_args = any_number,
               .options = {interactive_option(),
                           {.name = "reuse", .help = "In the container that runs, instead of a new one"},
                           raw_option()},
               .forwards_unknown_options = true,
               .completes = Completes::accessories,
               .details =
                   "Without --reuse the command runs in a new container that goes away behind it; with "
                   "--reuse in "
                   "the one that runs.\n"
                   "A single argument is a shell line and runs as written: in `kamal accessory exec db "
                   "'pg_dump shop > shop.sql'` the server writes the file. Several arguments keep their "
                   "boundaries, each quoted once; only the first one is still a shell line. Without an "
                   "argument, a new container runs its image's own command.\n"
                   "kamal options may appear anywhere; everything after -- belongs to the command: `kamal "
                   "accessory exec db -- psql -h localhost`"},
              named("logs", "Show log lines of an accessory", log_options()),
              hidden(named("pull_image", "Pull the image of an accessory")),
              or_all(named("reboot", "Replace an accessory's container by a new one (all: of every one)")),
              or_all(named("remove", "Remove an accessory's container, image and data (all: of every one)",
                           {confirmed_option()})),
              hidden(named("remove_container", "Remove the container of an accessory")),
              hidden(named("remove_image", "Remove the image of an accessory")),
              hidden(named("remove_service_directory", "Remove the data of an accessory")),
              named("restart", "Stop and start an accessory's container"),
              named("start", "Start an accessory's container"),
              named("stop", "Stop an accessory's container"),
              or_all(named("upgrade",
                           "Restart accessories of Kamal 1 in the network of Kamal 2 (all: every one)",
                           {rolling_option("One server after the other"), confirmed_option()})),
              hidden(named("upload", "Upload the files of an accessory")),
          },
  };
}

}  // namespace kamal::cli
