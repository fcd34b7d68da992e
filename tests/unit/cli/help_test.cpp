#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/reference/reference.h"
#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

namespace kamal::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;

std::string help(const Words& words) { return CliRun().run(words).out; }

std::vector<std::string> too_long(const cli::CommandSpec& command, const Words& path, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(cli::help_text(command, path, width))) {
    if (line.size() > width) lines.push_back(line);
  }
  for (const cli::CommandSpec& below : command.commands) {
    Words words = path;
    words.push_back(below.name);
    for (const std::string& line : too_long(below, words, width)) lines.push_back(line);
  }
  return lines;
}

constexpr const char* options_of_every_command =
    R"(Options of every command:
  -v, --verbose               Show every line that commands print
  -q, --quiet                 Show results and errors only
      --version VERSION       App version, instead of the git revision
  -p, --primary               Only on the primary host
  -h, --hosts HOSTS           Only on these hosts (commas, wildcards with *)
  -r, --roles ROLES           Only for these roles (commas, wildcards with *)
  -c, --config-file FILE      Configuration file (default: config/deploy.yml)
  -d, --destination DEST      Destination: adds what deploy.DEST.yml says
  -H, --skip-hooks            Run no hooks
      --lock-wait             Wait where another deploy holds the lock
      --lock-wait-timeout N   Seconds to wait for the lock (default: 900)
      --lock-wait-interval N  Seconds between two attempts (default: 15)
      --help                  Describe the command
)";

TEST(Help, OfACommandHasItsUsageItsOptionsAndThoseOfEveryCommand) {
  EXPECT_EQ(help({"lock", "acquire", "--help"}), std::string(R"(Take the deploy lock, so that nobody deploys

Usage:
  kamal lock acquire [OPTIONS]

Options:
  -m, --message TEXT  Why, for those who find it (required)

)") + options_of_every_command);
}

TEST(Help, OfAGroupHasItsCommands) {
  EXPECT_EQ(help({"lock"}), std::string(R"(Manage the deploy lock

Usage:
  kamal lock COMMAND [OPTIONS]

Commands:
  acquire  Take the deploy lock, so that nobody deploys
  release  Give the deploy lock back, whoever took it
  status   Show who holds the deploy lock
  tree     Print all commands as a tree

`kamal help lock COMMAND` describes one of them.

)") + options_of_every_command);
}

TEST(Help, OfKamalIsTheSameInAllItsForms) {
  const std::string text = help({});
  EXPECT_THAT(text, HasSubstr("Usage:\n  kamal COMMAND [OPTIONS]\n"));
  EXPECT_THAT(text, HasSubstr("`kamal help COMMAND` describes one of them."));
  EXPECT_EQ(help({"help"}), text);
  EXPECT_EQ(help({"--help"}), text);
}

TEST(Help, OfACommandIsTheSameInAllItsForms) {
  const std::string text = help({"app", "exec", "--help"});
  EXPECT_THAT(text, HasSubstr("  kamal app exec [OPTIONS] [CMD...]\n"));
  EXPECT_EQ(help({"help", "app", "exec"}), text);
  EXPECT_EQ(help({"app", "help", "exec"}), text);
}

TEST(Help, OfAGroupIsTheSameInAllItsForms) {
  EXPECT_THAT(help({"app"}), HasSubstr("kamal app COMMAND"));
  EXPECT_EQ(help({"app", "--help"}), help({"app"}));
  EXPECT_EQ(help({"app", "help"}), help({"app"}));
  EXPECT_EQ(help({"help", "app"}), help({"app"}));
}

TEST(Help, TakesBeginnings) {
  EXPECT_THAT(help({"help", "lock", "acquire"}), HasSubstr("kamal lock acquire"));
  EXPECT_EQ(help({"help", "loc", "acq"}), help({"help", "lock", "acquire"}));
}

TEST(Help, OfHelpIsItsOwn) {
  EXPECT_THAT(help({"help", "--help"}), HasSubstr("  kamal help [OPTIONS] [COMMAND...]\n"));
}

TEST(Help, HasWhatThereIsToKnowBesides) {
  EXPECT_THAT(
      help({"rollback", "--help"}),
      HasSubstr(
          "  kamal rollback [OPTIONS] VERSION\n\n`kamal app containers` shows which versions there are"));
}

TEST(Help, ShowsNeitherHiddenCommandsNorHiddenOptions) {
  EXPECT_THAT(help({"app"}), AllOf(HasSubstr("  remove "), Not(HasSubstr("remove_images"))));
  EXPECT_THAT(help({"secrets", "fetch", "--help"}),
              AllOf(HasSubstr("--adapter"), Not(HasSubstr("--inline"))));
}

TEST(Help, IsThereForHiddenCommandsToo) {
  EXPECT_THAT(help({"help", "app", "remove_images"}), HasSubstr("Remove all unused images of the app"));
}

TEST(Help, TellsWhichArgumentsAreNeeded) {
  EXPECT_THAT(lines_of(help({"accessory"})), Contains(::testing::StartsWith("  exec NAME [CMD...]  ")));
}

TEST(Help, TellsChoicesAndTheDefault) {
  EXPECT_THAT(help({"help", "config"}),
              HasSubstr("      --format FORMAT  How it is written: yaml or json (default: yaml)\n"));
}

TEST(Help, ShowsHowToSwitchOffWhatIsOnAnyhow) {
  EXPECT_THAT(help({"help", "proxy", "boot_config"}), HasSubstr("      --[no-]publish "));
}

TEST(Help, FitsEightyColumns) { EXPECT_THAT(too_long(cli::command_table(), {}, 80), ::testing::IsEmpty()); }

TEST(Help, UsesUpToAHundredAndTenColumns) {
  CliRun wide, wider, narrow;
  wide.environment["COLUMNS"] = "110";
  wider.environment["COLUMNS"] = "300";
  narrow.environment["COLUMNS"] = "40";
  EXPECT_THAT(
      wide.run({"help", "upgrade"}).out,
      HasSubstr("Removes Traefik's container and image, starts kamal-proxy, reboots the app behind it and "
                "restarts the\n"));
  EXPECT_EQ(wider.run({"app"}).out, wide.run({"app"}).out);
  EXPECT_EQ(narrow.run({"app"}).out, help({"app"}));
}

TEST(Help, RefusesCommandsThatAreNotThere) {
  CliRun project;
  const CliRun::Result result = project.run({"help", "app", "fly"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR There is no command \"app fly\" (see `kamal help`)\n");
}

TEST(Help, IsThereAsAManualPageAndAsADocument) {
  EXPECT_EQ(help({"help", "--format", "man"}), cli::man_page());
  EXPECT_EQ(help({"help", "--format", "markdown"}), cli::commands_document());
}

TEST(Help, RefusesFormsThatAreNotThere) {
  EXPECT_EQ(CliRun().run({"help", "--format", "pdf"}).err,
            "  ERROR --format takes text, man or markdown, not \"pdf\"\n");
}

TEST(Help, NeedsNoConfiguration) {
  CliRun project;
  std::filesystem::remove_all("config");
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"help", "deploy"}, {"deploy", "--help"}}) {
    const CliRun::Result result = project.run(line);
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.out, HasSubstr("kamal deploy"));
  }
}

}  // namespace
}  // namespace kamal::test
