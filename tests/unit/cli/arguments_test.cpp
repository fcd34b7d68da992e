#include "cli/arguments/command_line.h"

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

using Args = std::vector<std::string>;

Invocation parse(const Args& args) { return read_command_line(args).invocation(); }

std::string error_of(const Args& args) {
  try {
    read_command_line(args).invocation();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

std::optional<std::string> text(const Args& args, const std::string& option) {
  return parse(args).options.text(option);
}

TEST(CommandLine, FindsCommand) { EXPECT_THAT(parse({"deploy"}).path, ElementsAre("deploy")); }

TEST(CommandLine, FindsCommandOfGroup) {
  EXPECT_THAT(parse({"app", "exec", "ls"}).path, ElementsAre("app", "exec"));
}

TEST(CommandLine, NamesCommandAndSubcommandForHooks) {
  EXPECT_EQ(parse({"app", "boot"}).command_name(), "app");
  EXPECT_THAT(parse({"app", "boot"}).subcommand_name(), Optional(std::string("boot")));
  EXPECT_EQ(parse({"deploy"}).subcommand_name(), std::nullopt);
}

TEST(CommandLine, AcceptsPrefix) { EXPECT_THAT(parse({"depl"}).path, ElementsAre("deploy")); }

TEST(CommandLine, AcceptsPrefixesOfGroupAndCommand) {
  EXPECT_THAT(parse({"pru", "cont"}).path, ElementsAre("prune", "containers"));
}

TEST(CommandLine, PrefersExactNameOverPrefix) {
  EXPECT_THAT(parse({"app", "remove"}).path, ElementsAre("app", "remove"));
  EXPECT_THAT(parse({"proxy", "boot"}).path, ElementsAre("proxy", "boot"));
}

TEST(CommandLine, IgnoresHiddenCommandsForPrefixes) {
  EXPECT_THAT(parse({"app", "rem"}).path, ElementsAre("app", "remove"));
}

TEST(CommandLine, FindsHiddenCommandByExactName) {
  EXPECT_THAT(parse({"app", "remove_images"}).path, ElementsAre("app", "remove_images"));
}

TEST(CommandLine, RejectsAmbiguousPrefix) {
  EXPECT_EQ(error_of({"app", "sta"}), "Ambiguous command \"sta\": stale_containers or start");
}

TEST(CommandLine, AcceptsDashesForUnderscores) {
  EXPECT_THAT(parse({"app", "stale-containers"}).path, ElementsAre("app", "stale_containers"));
}

TEST(CommandLine, LeavesUnknownCommandToAliases) {
  const CommandLine line = read_command_line({"console", "-r", "web", "x"});
  EXPECT_THAT(line.unknown_command, Optional(std::string("console")));
  EXPECT_THAT(line.alias_args, ElementsAre("-r", "web", "x"));
}

TEST(CommandLine, GivesAliasItsLeadingOptions) {
  EXPECT_THAT(read_command_line({"-d", "staging", "console", "x"}).alias_args,
              ElementsAre("-d", "staging", "x"));
}

TEST(CommandLine, NamesGroupOfUnknownSubcommand) {
  EXPECT_EQ(error_of({"app", "fly"}), "Unknown command \"fly\" for kamal app (see `kamal app --help`)");
}

TEST(CommandLine, VersionAlonePrintsKamalsVersion) {
  EXPECT_THAT(parse({"--version"}).path, ElementsAre("version"));
  EXPECT_THAT(text({"--version", "v1", "deploy"}, "version"), Optional(std::string("v1")));
  EXPECT_EQ(error_of({"deploy", "--version"}), "--version requires a value");
}

TEST(CommandLine, SuggestsClosestSubcommand) {
  EXPECT_EQ(error_of({"app", "strt"}), "Unknown command \"strt\" for kamal app (did you mean \"start\"?)");
}

TEST(CommandLine, SuggestsClosestGroup) {
  EXPECT_EQ(unknown_command_text("acessory", nullptr),
            "Could not find command \"acessory\" (did you mean \"accessory\"?)");
}

TEST(CommandLine, SuggestsNoHiddenCommand) {
  EXPECT_EQ(error_of({"app", "remove_image_"}),
            "Unknown command \"remove_image_\" for kamal app (see `kamal app --help`)");
}

TEST(Options, SuggestTheClosest) {
  EXPECT_EQ(error_of({"deploy", "--skip-psuh"}),
            "Unknown option --skip-psuh for kamal deploy (did you mean \"--skip-push\"?)");
  EXPECT_EQ(error_of({"deploy", "--no-skip_psuh"}),
            "Unknown option --no-skip_psuh for kamal deploy (did you mean \"--no-skip-push\"?)");
  EXPECT_EQ(error_of({"app", "boot", "--host=1.1.1.1"}),
            "Unknown option --host=1.1.1.1 for kamal app boot (did you mean \"--hosts\"?)");
  EXPECT_EQ(error_of({"deploy", "--xyzzy"}),
            "Unknown option --xyzzy for kamal deploy (see `kamal deploy --help`)");
}

TEST(Options, DashHMeansHosts) {
  EXPECT_THAT(text({"app", "details", "-h", "1.1.1.1"}, "hosts"), Optional(std::string("1.1.1.1")));
}

TEST(Options, AllowedBeforeCommand) {
  const Invocation invocation = parse({"-v", "-d", "staging", "app", "boot"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "boot"));
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
}

TEST(Options, AllowedBeforeCommandWithAttachedValue) {
  const Invocation invocation = parse({"--destination=staging", "deploy"});
  EXPECT_THAT(invocation.path, ElementsAre("deploy"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
}

TEST(Options, ClusterAllowedBeforeCommand) {
  const Invocation invocation = parse({"-vd", "staging", "deploy"});
  EXPECT_THAT(invocation.path, ElementsAre("deploy"));
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
}

TEST(Options, OfCommandAllowedBeforeIt) {
  EXPECT_TRUE(parse({"--skip-push", "deploy"}).options.flag("skip_push"));
  EXPECT_EQ(error_of({"--fast", "deploy"}),
            "Unknown option --fast for kamal deploy (see `kamal deploy --help`)");
}

TEST(Options, AllowedBetweenGroupAndCommand) {
  const Invocation invocation = parse({"app", "-d", "staging", "--hosts=1.1.1.1", "stop", "-v"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "stop"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("staging")));
  EXPECT_THAT(invocation.options.text("hosts"), Optional(std::string("1.1.1.1")));
  EXPECT_TRUE(invocation.options.flag("verbose"));
}

TEST(Options, AllowedBeforeAndAfterGroup) {
  const Invocation invocation = parse({"-v", "app", "-q", "-d", "eu", "containers"});
  EXPECT_THAT(invocation.path, ElementsAre("app", "containers"));
  EXPECT_TRUE(invocation.options.flag("verbose"));
  EXPECT_TRUE(invocation.options.flag("quiet"));
  EXPECT_THAT(invocation.options.text("destination"), Optional(std::string("eu")));
}

TEST(Options, OfGroupAloneShowItsHelp) {
  const Invocation invocation = parse({"app", "-d", "staging"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app"));
}

TEST(Options, TakeValueAfterEqualsSign) {
  EXPECT_THAT(text({"deploy", "--version=v1"}, "version"), Optional(std::string("v1")));
}

TEST(Options, TakeValueAfterShortNameAndEqualsSign) {
  EXPECT_THAT(text({"app", "logs", "-h=1.1.1.1"}, "hosts"), Optional(std::string("1.1.1.1")));
}

TEST(Options, TakeValueAttachedToShortName) {
  EXPECT_THAT(parse({"app", "logs", "-n100"}).options.number("lines"), Optional(100));
}

TEST(Options, AcceptDashesForUnderscores) {
  EXPECT_TRUE(parse({"deploy", "--skip-push"}).options.flag("skip_push"));
  EXPECT_TRUE(parse({"deploy", "--skip_push"}).options.flag("skip_push"));
}

TEST(Flags, AreNegatedByNo) {
  EXPECT_FALSE(parse({"deploy", "--no-skip-push"}).options.flag("skip_push"));
  EXPECT_FALSE(parse({"deploy", "--no-skip_push"}).options.flag("skip_push"));
  EXPECT_FALSE(parse({"proxy", "boot_config", "set", "--no-publish"}).options.flag("publish"));
}

TEST(Flags, AreNegatedBySkip) {
  EXPECT_FALSE(parse({"deploy", "-v", "--skip-verbose"}).options.flag("verbose"));
  EXPECT_FALSE(parse({"deploy", "--lock-wait", "--skip_lock_wait"}).options.flag("lock_wait"));
}

TEST(Flags, TakeTrueOrFalseAfterEqualsSign) {
  for (const char* yes : {"true", "TRUE", "t", "T"}) {
    EXPECT_TRUE(parse({"remove", std::string("--confirmed=") + yes}).options.flag("confirmed")) << yes;
  }
  for (const char* no : {"false", "FALSE", "f", "F"}) {
    EXPECT_FALSE(parse({"remove", std::string("--confirmed=") + no}).options.flag("confirmed")) << no;
  }
}

TEST(Flags, TakeTrueOrFalseAsNextArgument) {
  EXPECT_FALSE(parse({"remove", "--confirmed", "f"}).options.flag("confirmed"));
  EXPECT_TRUE(parse({"remove", "-y", "TRUE"}).options.flag("confirmed"));
}

TEST(Flags, TakeFalseAfterShortName) {
  EXPECT_FALSE(parse({"remove", "-y=false"}).options.flag("confirmed"));
}

TEST(Flags, RejectOtherValues) {
  EXPECT_EQ(error_of({"remove", "--confirmed=no"}), "--confirmed must be true or false, not \"no\"");
  EXPECT_EQ(error_of({"remove", "-y="}), "-y must be true or false, not \"\"");
}

TEST(Flags, TakeNoValueInCluster) {
  EXPECT_THAT(error_of({"deploy", "-vP=false"}), HasSubstr("Unknown option -=false for kamal deploy"));
}

TEST(Flags, TakeNoValueWhenNegated) {
  EXPECT_EQ(error_of({"remove", "--no-confirmed=true"}),
            "--no-confirmed does not take a value, got \"true\"");
}

TEST(Flags, LeaveNextArgumentToExec) {
  const Invocation invocation = parse({"app", "exec", "--reuse", "true"});
  EXPECT_TRUE(invocation.options.flag("reuse"));
  EXPECT_THAT(invocation.arguments, ElementsAre("true"));
}

TEST(Flags, TakeNextArgumentBeforeCommand) {
  const Invocation invocation = parse({"app", "-p", "false", "exec", "ls"});
  EXPECT_FALSE(invocation.options.flag("primary"));
  EXPECT_THAT(invocation.arguments, ElementsAre("ls"));
}

TEST(Options, LastValueWins) {
  EXPECT_THAT(text({"deploy", "--version", "v1", "--version", "v2"}, "version"), Optional(std::string("v2")));
  EXPECT_FALSE(parse({"deploy", "-v", "--no-verbose"}).options.flag("verbose"));
  EXPECT_TRUE(parse({"deploy", "-v", "-v"}).options.flag("verbose"));
}

TEST(Options, ShortNamesFormCluster) {
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

TEST(Options, OfCommandHaveShortNames) {
  const Options options = parse({"app", "logs", "-s", "42m"}).options;
  EXPECT_THAT(options.text("since"), Optional(std::string("42m")));
}

TEST(Options, RejectUnknown) {
  EXPECT_EQ(error_of({"deploy", "--fast"}),
            "Unknown option --fast for kamal deploy (see `kamal deploy --help`)");
  EXPECT_EQ(error_of({"deploy", "-z"}), "Unknown option -z for kamal deploy (see `kamal deploy --help`)");
}

TEST(Options, RequireValue) {
  EXPECT_EQ(error_of({"deploy", "--version"}), "--version requires a value");
  EXPECT_EQ(error_of({"app", "logs", "web", "-s"}), "-s requires a value");
}

TEST(Options, RejectOptionAsValue) {
  EXPECT_EQ(error_of({"deploy", "--hosts", "--verbose"}), "--hosts requires a value, got option --verbose");
}

TEST(Options, NumbersRejectText) {
  EXPECT_EQ(error_of({"app", "logs", "-n", "ten"}), "--lines must be a number, not \"ten\"");
  EXPECT_EQ(error_of({"app", "logs", "--lines", "1x"}), "--lines must be a number, not \"1x\"");
  EXPECT_EQ(error_of({"app", "logs", "--lines=-"}), "--lines must be a number, not \"-\"");
}

TEST(Options, NumbersAcceptPlusSign) {
  EXPECT_THAT(text({"app", "logs", "-n", "+5"}, "lines"), Optional(std::string("5")));
}

TEST(Options, NumbersRejectFraction) {
  EXPECT_EQ(error_of({"app", "logs", "-n", "0.5"}), "--lines must be a number, not \"0.5\"");
}

TEST(Options, SecondsAcceptFraction) {
  EXPECT_THAT(parse({"deploy", "--lock-wait-interval", "0.5"}).options.seconds("lock_wait_interval"),
              Optional(500ms));
  EXPECT_THAT(parse({"deploy", "--lock-wait-interval=.25"}).options.seconds("lock_wait_interval"),
              Optional(250ms));
  EXPECT_EQ(error_of({"deploy", "--lock-wait-interval", "1."}),
            "--lock-wait-interval must be a number, not \"1.\"");
}

TEST(Options, NumbersRejectOverflow) {
  const Options options = parse({"app", "logs", "-n", "99999999999999999999"}).options;
  EXPECT_THROW(options.number("lines"), UsageError);
}

TEST(Options, MissingRequiredNamesUsage) {
  EXPECT_EQ(error_of({"lock", "acquire"}),
            "Missing --message. Usage: kamal lock acquire [OPTIONS] --message TEXT");
}

TEST(Options, MustBeAmongTheChoices) {
  const auto error_of = [](std::vector<std::string> args) -> std::string {
    try {
      cli::read_command_line(std::move(args)).invocation();
    } catch (const cli::UsageError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of({"doctor", "--format", "xml"}), "--format must be text or json, not \"xml\"");
  EXPECT_EQ(error_of({"deploy", "--progress", "fancy"}),
            "--progress must be auto, plain or live, not \"fancy\"");
  EXPECT_EQ(error_of({"doctor", "--format", "json"}), "none");
  EXPECT_EQ(error_of({"build", "push", "--output", "type=oci"}), "none");
  EXPECT_EQ(error_of({"secrets", "fetch", "-a", "one_password", "A"}), "none");
}

TEST(Options, BlankCountsAsAbsent) { EXPECT_EQ(text({"deploy", "--version", ""}, "version"), std::nullopt); }

TEST(Options, PairsTakeSeveralArguments) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "B:two:parts", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1"), Pair("B", "two:parts")));
  EXPECT_THAT(invocation.arguments, ElementsAre("bin/job"));
}

TEST(Options, PairsMayBeRepeated) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "--env", "B:2", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1"), Pair("B", "2")));
}

TEST(Options, PairsKeepLastValueOfName) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "-e", "A:2", "bin/job"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "2")));
}

TEST(Options, PairsContinueAfterAttachedValue) {
  EXPECT_THAT(parse({"app", "exec", "--env=A:x=1", "B:2", "job"}).options.pairs("env"),
              ElementsAre(Pair("A", "x=1"), Pair("B", "2")));
}

TEST(Options, PairsRequireColon) {
  const Options options = parse({"app", "exec", "-e", "production", "job"}).options;
  EXPECT_THROW(options.pairs("env"), UsageError);
}

TEST(Options, TakeValueThatLooksLikeUnknownOption) {
  EXPECT_THAT(text({"app", "logs", "--grep", "-x"}, "grep"), Optional(std::string("-x")));
  EXPECT_THAT(text({"app", "logs", "--grep-options=-A 3"}, "grep_options"), Optional(std::string("-A 3")));
}

TEST(Options, AfterEqualsSignTakeValueThatLooksLikeOption) {
  EXPECT_THAT(text({"app", "logs", "--grep-options=-c"}, "grep_options"), Optional(std::string("-c")));
}

TEST(Options, ListsTakeArgumentsUpToNextOption) {
  const Options options =
      parse({"proxy", "boot_config", "set", "--docker_options", "a=b", "c=d", "--debug"}).options;
  EXPECT_THAT(options.list("docker_options"), ElementsAre("a=b", "c=d"));
  EXPECT_TRUE(options.flag("debug"));
}

TEST(Options, KeepAllRepeatedValues) {
  const Args args = {"proxy",   "boot_config",       "set", "--publish_host_ip",
                     "1.1.1.1", "--publish-host-ip", "::1"};
  EXPECT_THAT(parse(args).options.list("publish_host_ip"), ElementsAre("1.1.1.1", "::1"));
}

TEST(Arguments, OfExecKeepOptionsInOrder) {
  EXPECT_THAT(parse({"app", "exec", "ls", "-la", "--color=never", "/x", "-z", "y"}).arguments,
              ElementsAre("ls", "-la", "--color=never", "/x", "-z", "y"));
}

TEST(Arguments, OfExecMayMixWithKamalsOptions) {
  const Invocation invocation = parse({"app", "exec", "--reuse", "bin/rails", "-p", "about"});
  EXPECT_TRUE(invocation.options.flag("reuse"));
  EXPECT_TRUE(invocation.options.flag("primary"));
  EXPECT_THAT(invocation.arguments, ElementsAre("bin/rails", "about"));
}

TEST(Arguments, AfterTwoDashesAreLeftAlone) {
  const Invocation invocation = parse({"app", "exec", "-p", "--", "ls", "-v", "--help", "--", "-p"});
  EXPECT_FALSE(invocation.options.flag("verbose"));
  EXPECT_FALSE(invocation.help);
  EXPECT_THAT(invocation.arguments, ElementsAre("ls", "-v", "--help", "--", "-p"));
}

TEST(Arguments, AfterTwoDashesMayLookLikePairs) {
  const Invocation invocation = parse({"app", "exec", "-e", "A:1", "--", "B:2"});
  EXPECT_THAT(invocation.options.pairs("env"), ElementsAre(Pair("A", "1")));
  EXPECT_THAT(invocation.arguments, ElementsAre("B:2"));
}

TEST(Arguments, OfExecMayBeEmptyOrDash) {
  EXPECT_THAT(parse({"app", "exec", "cat", "", "-"}).arguments, ElementsAre("cat", "", "-"));
}

TEST(Arguments, OfAccessoryStartWithItsName) {
  EXPECT_THAT(parse({"accessory", "exec", "db", "psql", "-l"}).arguments, ElementsAre("db", "psql", "-l"));
}

TEST(Arguments, MissingOneNamesUsage) {
  EXPECT_EQ(error_of({"app", "remove_container"}),
            "Missing argument. Usage: kamal app remove_container [OPTIONS] VERSION");
}

TEST(Arguments, UnexpectedOneIsRejected) {
  EXPECT_EQ(error_of({"deploy", "v1"}), "Unexpected argument \"v1\". Usage: kamal deploy [OPTIONS]");
}

TEST(Help, IsShownWithoutArguments) {
  EXPECT_TRUE(parse({}).help);
  EXPECT_EQ(parse({}).command, &command_table());
}

TEST(Help, IsAnOption) {
  EXPECT_TRUE(parse({"--help"}).help);
  EXPECT_THAT(parse({"--help"}).path, IsEmpty());
}

TEST(Help, OfGroupIsShownForItsName) {
  const Invocation invocation = parse({"app"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app"));
}

TEST(Help, OfGroupIsAnOptionOrCommand) {
  EXPECT_TRUE(parse({"app", "--help"}).help);
  EXPECT_THAT(parse({"app", "help"}).path, ElementsAre("app"));
  EXPECT_TRUE(parse({"app", "help"}).help);
}

TEST(Help, OfCommandIsAnOption) {
  EXPECT_TRUE(parse({"deploy", "--help"}).help);
  EXPECT_TRUE(parse({"app", "exec", "--help"}).help);
}

TEST(Help, OfCommandIsACommandOfItsGroup) {
  const Invocation invocation = parse({"app", "help", "exec"});
  EXPECT_TRUE(invocation.help);
  EXPECT_THAT(invocation.path, ElementsAre("app", "exec"));
}

TEST(Help, NeedsNoRequiredArguments) {
  EXPECT_TRUE(parse({"rollback", "--help"}).help);
  EXPECT_TRUE(parse({"lock", "acquire", "--help"}).help);
}

TEST(Help, IsAllowedAfterAnything) { EXPECT_TRUE(parse({"app", "exec", "ls", "--help"}).help); }

}  // namespace
}  // namespace kamal::cli
