#include "cli/help/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/help/documents.h"
#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

namespace kamal::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

using Args = std::vector<std::string>;

std::string help(const Args& args) { return CliRun().run(args).out; }

std::vector<std::string> too_long(const cli::CommandSpec& command, const Args& path, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(cli::help_text(command, path, width))) {
    if (line.size() > width) lines.push_back(line);
  }
  for (const cli::CommandSpec& below : command.commands) {
    Args names = path;
    names.push_back(below.name);
    for (const std::string& line : too_long(below, names, width)) lines.push_back(line);
  }
  return lines;
}

constexpr const char* global_options =
    R"(Global options:
  -v, --verbose               Show all command output
  -q, --quiet                 Show results and errors only
      --version VERSION       App version (default: the git revision)
  -p, --primary               Only the primary host
  -h, --hosts HOSTS           Only these hosts (comma-separated, wildcards)
  -r, --roles ROLES           Only these roles (comma-separated, wildcards)
  -c, --config-file FILE      Configuration file (default: config/deploy.yml)
  -d, --destination DEST      Destination; merges deploy.DEST.yml
  -H, --skip-hooks            Skip hooks
      --lock-wait             Wait if another deploy holds the lock
      --lock-wait-timeout N   Seconds to wait for the lock (default: 900)
      --lock-wait-interval N  Seconds between attempts (default: 15)
      --progress TYPE         Live lines on a terminal, folded logs in CI: auto,
                              plain or live
      --dry-run               Show what would run on each host; change nothing
      --report FILE           Write a report of the run (.html or .json)
      --help                  Show this help
)";

TEST(Help, OfCommandShowsUsageAndOptions) {
  EXPECT_EQ(help({"lock", "acquire", "--help"}), std::string(R"(Acquire the deploy lock to block deploys

Usage:
  kamal lock acquire [OPTIONS] --message TEXT

Options:
  -m, --message TEXT  Reason, shown in the lock status (required)

Examples:
  kamal lock acquire -m "Migrating the database"

)") + global_options);
}

TEST(Help, OfGroupShowsItsCommands) {
  EXPECT_EQ(help({"lock"}), std::string(R"(Manage the deploy lock

Usage:
  kamal lock COMMAND [OPTIONS]

Commands:
  acquire  Acquire the deploy lock to block deploys
  release  Force-release the deploy lock
  status   Show who holds the deploy lock
  tree     Print all commands as a tree

Run `kamal help lock COMMAND` for details.

)") + global_options);
}

TEST(Help, OfKamalIsTheSameInAllForms) {
  const std::string text = help({});
  EXPECT_THAT(text, HasSubstr("Usage:\n  kamal COMMAND [OPTIONS]\n"));
  EXPECT_THAT(text, HasSubstr("Run `kamal help COMMAND` for details."));
  EXPECT_EQ(help({"help"}), text);
  EXPECT_EQ(help({"--help"}), text);
}

TEST(Help, OfCommandIsTheSameInAllForms) {
  const std::string text = help({"app", "exec", "--help"});
  EXPECT_THAT(text, HasSubstr("  kamal app exec [OPTIONS] [CMD...]\n"));
  EXPECT_EQ(help({"help", "app", "exec"}), text);
  EXPECT_EQ(help({"app", "help", "exec"}), text);
}

TEST(Help, OfGroupIsTheSameInAllForms) {
  EXPECT_THAT(help({"app"}), HasSubstr("kamal app COMMAND"));
  EXPECT_EQ(help({"app", "--help"}), help({"app"}));
  EXPECT_EQ(help({"app", "help"}), help({"app"}));
  EXPECT_EQ(help({"help", "app"}), help({"app"}));
}

TEST(Help, AcceptsPrefixes) {
  EXPECT_THAT(help({"help", "lock", "acquire"}), HasSubstr("kamal lock acquire"));
  EXPECT_EQ(help({"help", "loc", "acq"}), help({"help", "lock", "acquire"}));
}

TEST(Help, OfHelpDescribesHelp) {
  EXPECT_THAT(help({"help", "--help"}), HasSubstr("  kamal help [OPTIONS] [COMMAND...]\n"));
}

TEST(Help, ShowsDetails) {
  EXPECT_THAT(help({"proxy", "reboot", "--help"}),
              HasSubstr("  kamal proxy reboot [OPTIONS]\n\nEach host is briefly offline."));
}

TEST(Help, ShowsExamples) {
  const cli::CommandSpec command{
      .name = "greet", .summary = "Say hello", .examples = {"kamal greet", "kamal greet --loudly"}};
  EXPECT_THAT(
      cli::help_text(command, {"greet"}, 80),
      HasSubstr(
          "  kamal greet [OPTIONS]\n\nExamples:\n  kamal greet\n  kamal greet --loudly\n\nGlobal options:"));
}

TEST(Help, HidesHiddenCommandsAndOptions) {
  EXPECT_THAT(help({"app"}), AllOf(HasSubstr("  remove "), Not(HasSubstr("remove_images"))));
  EXPECT_THAT(help({"secrets", "fetch", "--help"}),
              AllOf(HasSubstr("--adapter"), Not(HasSubstr("--inline"))));
}

TEST(Help, DescribesHiddenCommands) {
  EXPECT_THAT(help({"help", "app", "remove_images"}), HasSubstr("Remove the app's unused images"));
}

TEST(Help, ShowsRequiredArguments) {
  EXPECT_THAT(lines_of(help({"accessory"})), Contains(::testing::StartsWith("  exec NAME [CMD...]  ")));
}

TEST(Help, ShowsChoicesAndDefault) {
  EXPECT_THAT(help({"help", "config"}),
              HasSubstr("      --format FORMAT  Output format: yaml or json (default: yaml)\n"));
}

TEST(Help, ShowsNegationOfFlagThatIsOnByDefault) {
  EXPECT_THAT(help({"help", "proxy", "boot_config"}), HasSubstr("      --[no-]publish "));
}

TEST(Help, Fits80Columns) { EXPECT_THAT(too_long(cli::command_table(), {}, 80), ::testing::IsEmpty()); }

TEST(Help, UsesUpTo110Columns) {
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

TEST(Help, RejectsUnknownCommand) {
  CliRun project;
  const CliRun::Result result = project.run({"help", "app", "fly"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Unknown command \"fly\" for kamal app (see `kamal app --help`)\n");
}

TEST(Help, RejectsExtraArgument) {
  CliRun project;
  const CliRun::Result result = project.run({"help", "deploy", "fly"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Unknown command \"fly\" for kamal deploy\n");
}

TEST(Help, OfAliasShowsItsCommand) {
  CliRun project("aliases: { console: app exec -i --reuse 'bin/rails console', rc: console }");
  const CliRun::Result result = project.run({"help", "console"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out,
            "console is an alias for: app exec -i --reuse 'bin/rails console'\n\n"
            "Run `kamal help app exec` for details.\n");
  EXPECT_EQ(project.run({"help", "rc"}).out,
            "rc is an alias for: console\n\nRun `kamal help console` for details.\n");
}

TEST(Help, OfAliasIsFoundInDestination) {
  CliRun project;
  project.write("config/deploy.staging.yml", "aliases: { ps: app containers }\n");
  EXPECT_THAT(project.run({"help", "ps", "-d", "staging"}).out,
              HasSubstr("ps is an alias for: app containers"));
}

TEST(Help, SuggestsClosestAlias) {
  CliRun project("aliases: { console: app exec -i bash }");
  const CliRun::Result result = project.run({"help", "cnosole"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Could not find command \"cnosole\" (did you mean \"console\"?)\n");
}

TEST(Help, IsAvailableAsManPageAndMarkdown) {
  EXPECT_EQ(help({"help", "--format", "man"}), cli::man_page());
  EXPECT_EQ(help({"help", "--format", "markdown"}), cli::commands_document());
}

TEST(Help, RejectsUnknownFormat) {
  EXPECT_EQ(CliRun().run({"help", "--format", "pdf"}).err,
            "  ERROR --format must be text, man or markdown, not \"pdf\"\n");
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
