#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

using Words = std::vector<std::string>;

Invocation parse(const Words& words) { return parse_line(words).invocation; }

std::string error_of(const Words& words) {
  try {
    parse_line(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

std::optional<std::string> text(const Words& words, const std::string& option) {
  return parse(words).options.text(option);
}

TEST(CommandLine, FindsACommand) { EXPECT_THAT(parse({"deploy"}).path, ElementsAre("deploy")); }

TEST(CommandLine, FindsACommandOfAGroup) {
  EXPECT_THAT(parse({"app", "exec", "ls"}).path, ElementsAre("app", "exec"));
}

TEST(CommandLine, TellsHooksTheCommandAndItsSubcommand) {
  EXPECT_EQ(parse({"app", "boot"}).command_name(), "app");
  EXPECT_THAT(parse({"app", "boot"}).subcommand_name(), Optional(std::string("boot")));
  EXPECT_EQ(parse({"deploy"}).subcommand_name(), std::nullopt);
}

TEST(CommandLine, TakesTheBeginningOfAName) { EXPECT_THAT(parse({"depl"}).path, ElementsAre("deploy")); }

TEST(CommandLine, TakesTheBeginningsOfBothNames) {
  EXPECT_THAT(parse({"pru", "cont"}).path, ElementsAre("prune", "containers"));
}

TEST(CommandLine, PrefersAWholeNameToABeginning) {
  EXPECT_THAT(parse({"app", "remove"}).path, ElementsAre("app", "remove"));
  EXPECT_THAT(parse({"proxy", "boot"}).path, ElementsAre("proxy", "boot"));
}

TEST(CommandLine, DoesNotCountHiddenCommandsAmongTheBeginnings) {
  EXPECT_THAT(parse({"app", "rem"}).path, ElementsAre("app", "remove"));
}

TEST(CommandLine, FindsHiddenCommandsByTheirWholeName) {
  EXPECT_THAT(parse({"app", "remove_images"}).path, ElementsAre("app", "remove_images"));
}

TEST(CommandLine, RefusesABeginningOfSeveralNames) {
  EXPECT_EQ(error_of({"app", "sta"}), "\"sta\" could be stale_containers or start");
}

TEST(CommandLine, TakesDashesForUnderscores) {
  EXPECT_THAT(parse({"app", "stale-containers"}).path, ElementsAre("app", "stale_containers"));
}

TEST(CommandLine, LeavesAnUnknownCommandToTheAliases) {
  const ParsedLine line = parse_line({"console", "-r", "web", "x"});
  EXPECT_THAT(line.unknown_command, Optional(std::string("console")));
  EXPECT_THAT(line.words_behind_it, ElementsAre("-r", "web", "x"));
}

TEST(CommandLine, MayLeaveCommandsOfOursToTheAliases) {
  EXPECT_EQ(parse_line({"completion", "bash"}, OwnCommands::leave_to_aliases).unknown_command, "completion");
  EXPECT_EQ(parse_line({"completion", "bash"}).unknown_command, std::nullopt);
}

TEST(CommandLine, GivesAnAliasTheOptionsInFrontOfIt) {
  EXPECT_THAT(parse_line({"-d", "staging", "console", "x"}).words_behind_it,
              ElementsAre("-d", "staging", "x"));
}

TEST(CommandLine, NamesTheGroupOfAnUnknownSubcommand) {
  EXPECT_EQ(error_of({"app", "fly"}), "kamal app has no command \"fly\" (see `kamal app --help`)");
}

TEST(CommandLine, OfVersionAloneAsksForKamalsOwn) {
  EXPECT_THAT(parse({"--version"}).path, ElementsAre("version"));
  EXPECT_THAT(text({"--version", "v1", "deploy"}, "version"), Optional(std::string("v1")));
  EXPECT_EQ(error_of({"deploy", "--version"}), "--version requires a value");
}

TEST(CommandLine, SuggestsTheNearestSubcommand) {
  EXPECT_EQ(error_of({"app", "strt"}), "kamal app has no command \"strt\". Did you mean \"start\"?");
}

TEST(Options, DashHMeansHosts) {
  EXPECT_THAT(text({"app", "details", "-h", "1.1.1.1"}, "hosts"), Optional(std::string("1.1.1.1")));
}

TEST(Options, MayStandInFrontOfTheCommand) {
  const Invocation invocation = parse({"-v", "-d", "staging", "app", "boot"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "boot"));
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
}

TEST(Options, InFrontOfTheCommandMayBringTheirValueAlong) {
  const Invocation invocation = parse({"--destination=staging", "deploy"});
  EXPECT_THAT(invocation.path, ElementsAre("deploy"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
}

TEST(Options, MayStandBetweenAGroupAndItsCommand) {
  const Invocation invocation = parse({"app", "-d", "staging", "--hosts=1.1.1.1", "stop", "-v"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "stop"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
  EXPECT_THAT(invocation.options.text("hosts"), Optional(std::string("1.1.1.1")));
  EXPECT_TRUE(invocation.options.flag("verbose"));
}

TEST(Options, MayStandInFrontAndBehindAGroup) {
  const Invocation invocation = parse({"-v", "app", "-q", "-d", "eu", "containers"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "containers"));
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_TRUE(invocation.options.flag("quiet"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("eu")));
}

TEST(Options, OfAGroupWithoutACommandAreForItsHelp) {
  const Invocation invocation = parse({"app", "-d", "staging"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app"));
}

TEST(Options, TakeAValueBehindAnEqualsSign) {
  EXPECT_THAT(text({"deploy", "--version=v1"}, "version"), Optional(std::string("v1")));
}

TEST(Options, TakeAValueBehindALetterAndAnEqualsSign) {
  EXPECT_THAT(text({"app", "logs", "-h=1.1.1.1"}, "hosts"), Optional(std::string("1.1.1.1")));
}

TEST(Options, TakeANumberRightBehindTheirLetter) {
  EXPECT_THAT(parse({"app", "logs", "-n100"}).options.number("lines"), Optional(100));
}

TEST(Options, MayHaveDashesForUnderscores) {
  EXPECT_TRUE(parse({"deploy", "--skip-push"}).options.flag("skip_push"));
  EXPECT_TRUE(parse({"deploy", "--skip_push"}).options.flag("skip_push"));
}

TEST(Options, MayBeSwitchedOff) {
  EXPECT_FALSE(parse({"deploy", "--no-skip-push"}).options.flag("skip_push"));
  EXPECT_FALSE(parse({"deploy", "--no-skip_push"}).options.flag("skip_push"));
  EXPECT_FALSE(parse({"proxy", "boot_config", "set", "--no-publish"}).options.flag("publish"));
}

TEST(Options, MayBeSwitchedOffByTheWordSkip) {
  EXPECT_FALSE(parse({"deploy", "-v", "--skip-verbose"}).options.flag("verbose"));
  EXPECT_FALSE(parse({"deploy", "--lock-wait", "--skip_lock_wait"}).options.flag("lock_wait"));
}

TEST(Switches, TakeTrueAndFalseBehindAnEqualsSign) {
  for (const char* yes : {"true", "TRUE", "t", "T"}) {
    EXPECT_TRUE(parse({"remove", std::string("--confirmed=") + yes}).options.flag("confirmed")) << yes;
  }
  for (const char* no : {"false", "FALSE", "f", "F"}) {
    EXPECT_FALSE(parse({"remove", std::string("--confirmed=") + no}).options.flag("confirmed")) << no;
  }
}

TEST(Switches, TakeTrueAndFalseAsTheNextWord) {
  EXPECT_FALSE(parse({"remove", "--confirmed", "f"}).options.flag("confirmed"));
  EXPECT_TRUE(parse({"remove", "-y", "TRUE"}).options.flag("confirmed"));
}

TEST(Switches, TakeFalseBehindTheirLetter) {
  EXPECT_FALSE(parse({"remove", "-y=false"}).options.flag("confirmed"));
}

TEST(Switches, TakeNothingElseBehindAnEqualsSign) {
  EXPECT_EQ(error_of({"remove", "--confirmed=no"}),
            "--confirmed is a switch: it takes true or false, not \"no\"");
  EXPECT_EQ(error_of({"remove", "-y="}), "-y is a switch: it takes true or false, not \"\"");
}

TEST(Switches, OfLettersThatStandTogetherTakeNoValue) {
  EXPECT_THAT(error_of({"deploy", "-vP=false"}), HasSubstr("kamal deploy has no option -=false"));
}

TEST(Switches, ThatAreTurnedOffTakeNoValue) {
  EXPECT_EQ(error_of({"remove", "--no-confirmed=true"}), "--no-confirmed takes no value, such as \"true\"");
}

TEST(Switches, LeaveTheNextWordToWhatExecRuns) {
  const Invocation invocation = parse({"app", "exec", "--reuse", "true"});
  EXPECT_TRUE(invocation.options.flag("reuse"));
  EXPECT_THAT(invocation.arguments, ElementsAre("true"));
}

TEST(Switches, InFrontOfTheCommandTakeTheNextWordEvenForExec) {
  const Invocation invocation = parse({"app", "-p", "false", "exec", "ls"});
  EXPECT_FALSE(invocation.options.flag("primary"));
  EXPECT_THAT(invocation.arguments, ElementsAre("ls"));
}

TEST(Options, GivenTwiceHoldTheLastValue) {
  EXPECT_THAT(text({"deploy", "--version", "v1", "--version", "v2"}, "version"), Optional(std::string("v2")));
  EXPECT_FALSE(parse({"deploy", "-v", "--no-verbose"}).options.flag("verbose"));
  EXPECT_TRUE(parse({"deploy", "-v", "-v"}).options.flag("verbose"));
}

TEST(Options, OfOneLetterMayStandTogether) {
  const Invocation invocation = parse({"deploy", "-vP"});
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_TRUE(invocation.options.flag("skip_push"));
}

TEST(Options, HaveDefaults) {
  const Options options = parse({"deploy"}).options;
  EXPECT_THAT(options.text("config_file"), Optional(std::string("config/deploy.yml")));
  EXPECT_THAT(options.seconds("lock_wait_timeout"), Optional(900s));
  EXPECT_THAT(options.seconds("lock_wait_interval"), Optional(15s));
  EXPECT_FALSE(options.flag("lock_wait"));
  EXPECT_FALSE(options.flag("skip_hooks"));
  EXPECT_EQ(options.text("version"), std::nullopt);
}

TEST(Options, OfACommandHideAGlobalLetter) {
  const Options options = parse({"app", "logs", "-s", "42m"}).options;
  EXPECT_THAT(options.text("since"), Optional(std::string("42m")));
}

TEST(Options, ThatAreUnknownAreRefused) {
  EXPECT_EQ(error_of({"deploy", "--fast"}), "kamal deploy has no option --fast (see `kamal deploy --help`)");
  EXPECT_EQ(error_of({"deploy", "-z"}), "kamal deploy has no option -z (see `kamal deploy --help`)");
}

TEST(Options, WithoutTheirValueAreRefused) {
  EXPECT_EQ(error_of({"deploy", "--version"}), "--version requires a value");
  EXPECT_EQ(error_of({"app", "logs", "web", "-s"}), "-s requires a value");
}

TEST(Options, DoNotTakeAnotherOptionForTheirValue) {
  EXPECT_EQ(error_of({"deploy", "--hosts", "--verbose"}),
            "--hosts takes a value, and there is the option --verbose instead");
}

TEST(Options, ThatAreNumbersTakeNothingElse) {
  EXPECT_EQ(error_of({"app", "logs", "-n", "ten"}), "--lines takes a number, not \"ten\"");
  EXPECT_EQ(error_of({"app", "logs", "--lines", "1x"}), "--lines takes a number, not \"1x\"");
  EXPECT_EQ(error_of({"app", "logs", "--lines=-"}), "--lines takes a number, not \"-\"");
}

TEST(Options, ThatAreNumbersMayHaveAPlusSign) {
  EXPECT_THAT(text({"app", "logs", "-n", "+5"}, "lines"), Optional(std::string("5")));
}

TEST(Options, ThatAreNumbersHaveNoFraction) {
  EXPECT_EQ(error_of({"app", "logs", "-n", "0.5"}), "--lines takes a number, not \"0.5\"");
}

TEST(Options, OfSecondsMayHaveAFraction) {
  EXPECT_THAT(parse({"deploy", "--lock-wait-interval", "0.5"}).options.seconds("lock_wait_interval"),
              Optional(500ms));
  EXPECT_THAT(parse({"deploy", "--lock-wait-interval=.25"}).options.seconds("lock_wait_interval"),
              Optional(250ms));
  EXPECT_EQ(error_of({"deploy", "--lock-wait-interval", "1."}),
            "--lock-wait-interval takes a number, not \"1.\"");
}

TEST(Options, ThatAreNumbersMayBeTooLarge) {
  const Options options = parse({"app", "logs", "-n", "99999999999999999999"}).options;
  EXPECT_THROW(options.number("lines"), UsageError);
}

TEST(Options, ThatAreRequiredAreMissed) { EXPECT_EQ(error_of({"lock", "acquire"}), "--message is required"); }

TEST(Options, ThatAreBlankCountAsAbsent) {
  EXPECT_EQ(text({"deploy", "--version", ""}, "version"), std::nullopt);
}

TEST(Options, OfPairsTakeSeveralWords) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "B:two:parts", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1"), Pair("B", "two:parts")));
  EXPECT_THAT(invocation.arguments, ElementsAre("bin/job"));
}

TEST(Options, OfPairsMayBeRepeated) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "--env", "B:2", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1"), Pair("B", "2")));
}

TEST(Options, OfPairsHoldTheLastValueOfAName) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "-e", "A:2", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "2")));
}

TEST(Options, OfPairsMayBringAValueAlong) {
  EXPECT_THAT(parse({"app", "exec", "--env=A:x=1", "B:2", "job"}).options.pairs("env"),
              ElementsAre(Pair("A", "x=1"), Pair("B", "2")));
}

TEST(Options, OfPairsWantAColon) {
  const Options options = parse({"app", "exec", "-e", "production", "job"}).options;
  EXPECT_THROW(options.pairs("env"), UsageError);
}

TEST(Options, TakeAValueThatLooksLikeAnUnknownOption) {
  EXPECT_THAT(text({"app", "logs", "--grep", "-x"}, "grep"), Optional(std::string("-x")));
  EXPECT_THAT(text({"app", "logs", "--grep-options=-A 3"}, "grep_options"), Optional(std::string("-A 3")));
}

TEST(Options, BehindAnEqualsSignTakeAValueThatLooksLikeAKnownOption) {
  EXPECT_THAT(text({"app", "logs", "--grep-options=-c"}, "grep_options"), Optional(std::string("-c")));
}

TEST(Options, OfListsTakeWordsUpToTheNextOption) {
  const Options options =
      parse({"proxy", "boot_config", "set", "--docker_options", "a=b", "c=d", "--debug"}).options;
  EXPECT_THAT(options.list("docker_options"), ElementsAre("a=b", "c=d"));
  EXPECT_TRUE(options.flag("debug"));
}

TEST(Options, ThatMayBeRepeatedKeepAllValues) {
  const Words words = {"proxy",   "boot_config",       "set", "--publish_host_ip",
                       "1.1.1.1", "--publish-host-ip", "::1"};
  EXPECT_THAT(parse(words).options.list("publish_host_ip"), ElementsAre("1.1.1.1", "::1"));
}

TEST(Arguments, OfExecKeepTheirOptionsInOrder) {
  EXPECT_THAT(parse({"app", "exec", "ls", "-la", "--color=never", "/x", "-z", "y"}).arguments,
              ElementsAre("ls", "-la", "--color=never", "/x", "-z", "y"));
}

TEST(Arguments, OfExecMayStandAmongKamalsOptions) {
  const Invocation invocation = parse({"app", "exec", "--reuse", "bin/rails", "-p", "about"});
  EXPECT_TRUE(invocation.options.flag("reuse"));
  EXPECT_TRUE(invocation.options.flag("primary"));
  EXPECT_THAT(invocation.arguments, ElementsAre("bin/rails", "about"));
}

TEST(Arguments, BehindTwoDashesAreLeftAlone) {
  const Invocation invocation = parse({"app", "exec", "-p", "--", "ls", "-v", "--help", "--", "-p"});
  EXPECT_FALSE(invocation.options.flag("verbose"));
  EXPECT_FALSE(invocation.help);
  EXPECT_THAT(invocation.arguments, ElementsAre("ls", "-v", "--help", "--", "-p"));
}

TEST(Arguments, BehindTwoDashesMayLookLikePairs) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "--", "B:2"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1")));
  EXPECT_THAT(invocation.arguments, ElementsAre("B:2"));
}

TEST(Arguments, OfExecMayBeEmptyOrADash) {
  EXPECT_THAT(parse({"app", "exec", "cat", "", "-"}).arguments, ElementsAre("cat", "", "-"));
}

TEST(Arguments, OfAnAccessoryBeginWithItsName) {
  EXPECT_THAT(parse({"accessory", "exec", "db", "psql", "-l"}).arguments, ElementsAre("db", "psql", "-l"));
}

TEST(Arguments, ThatAreMissingAreMissed) {
  EXPECT_EQ(error_of({"rollback"}),
            "kamal rollback needs more arguments. Usage: kamal rollback [OPTIONS] VERSION");
}

TEST(Arguments, ThatAreTooManyAreRefused) {
  EXPECT_EQ(error_of({"deploy", "v1"}),
            "kamal deploy does not take the argument \"v1\". Usage: kamal deploy [OPTIONS]");
}

TEST(Help, OfKamalIsForNoWordsAtAll) {
  EXPECT_TRUE(parse({}).help);
  EXPECT_EQ(parse({}).command, &command_table());
}

TEST(Help, OfKamalIsAnOption) {
  EXPECT_TRUE(parse({"--help"}).help);
  EXPECT_THAT(parse({"--help"}).path, IsEmpty());
}

TEST(Help, OfAGroupIsForItsNameAlone) {
  const Invocation invocation = parse({"app"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app"));
}

TEST(Help, OfAGroupIsAnOptionOrAWord) {
  EXPECT_TRUE(parse({"app", "--help"}).help);
  EXPECT_THAT(parse({"app", "help"}).path, ElementsAre("app"));
  EXPECT_TRUE(parse({"app", "help"}).help);
}

TEST(Help, OfACommandIsAnOption) {
  EXPECT_TRUE(parse({"deploy", "--help"}).help);
  EXPECT_TRUE(parse({"app", "exec", "--help"}).help);
}

TEST(Help, OfACommandIsAWordOfItsGroup) {
  const Invocation invocation = parse({"app", "help", "exec"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app", "exec"));
}

TEST(Help, NeedsNeitherArgumentsNorRequiredOptions) {
  EXPECT_TRUE(parse({"rollback", "--help"}).help);
  EXPECT_TRUE(parse({"lock", "acquire", "--help"}).help);
}

TEST(Help, MayBeAskedForBehindAnything) { EXPECT_TRUE(parse({"app", "exec", "ls", "--help"}).help); }

}  // namespace
}  // namespace kamal::cli
