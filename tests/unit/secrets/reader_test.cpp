#include "secrets/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/interruption.h"
#include "support/secret_fakes.h"
#include "support/there.h"

namespace kamal {
namespace {

using test::CommandProcesses;
using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class SecretsReader : public ::testing::Test {
 protected:
  using Entries = std::vector<std::pair<std::string, std::string>>;

  Entries read(std::string_view text) { return read_secrets(text, ".kamal/secrets", context()).entries(); }
  std::string value(std::string_view text) { return test::last(read(text)).second; }
  // Of the only secret that fails.
  std::string error(std::string_view text) {
    const SecretTable table = read_secrets(text, ".kamal/secrets", context());
    return table.failures().size() == 1 ? table.failures().begin()->second.problem.text() : "";
  }

  SecretsContext context() {
    return {environment, &processes, inline_kamal,
            [this](const std::string& text) { warnings.push_back(text); }};
  }

  EnvironmentMap environment;
  CommandProcesses processes;
  std::function<std::string(const std::vector<std::string>&)> inline_kamal;
  std::vector<std::string> warnings;
};

TEST_F(SecretsReader, KeepsFirstPositionAndLastValue) {
  EXPECT_THAT(read("A=1\nB=2\nA=3"), ElementsAre(Pair("A", "3"), Pair("B", "2")));
}

TEST_F(SecretsReader, ExpandsNamesAbove) {
  EXPECT_THAT(read("A=1\nB=$A\nA=2\nC=${A}$A"), ElementsAre(Pair("A", "2"), Pair("B", "1"), Pair("C", "22")));
}

TEST_F(SecretsReader, ExpandsTheEnvironment) {
  environment["OUTSIDE"] = "x y";
  EXPECT_EQ(value("A=<$OUTSIDE>"), "<x y>");
}

TEST_F(SecretsReader, PrefersNamesAboveOverTheEnvironment) {
  environment["A"] = "outside";
  EXPECT_EQ(value("A=inside\nB=$A"), "inside");
}

TEST_F(SecretsReader, TakesItsOwnNameFromTheEnvironment) {
  environment["A"] = "outside";
  EXPECT_EQ(value("A=$A"), "outside");
}

TEST_F(SecretsReader, DoesNotExpandAValueAgain) { EXPECT_EQ(value("A='$B'\nC=$A"), "$B"); }

TEST_F(SecretsReader, WarnsAboutAnUnsetVariable) {
  EXPECT_EQ(value("\nA=[$NOWHERE]"), "[]");
  EXPECT_THAT(warnings,
              ElementsAre(".kamal/secrets:2: A: a variable in it is not set and expands to nothing (write "
                          "\\$ for a literal dollar sign)"));
}

TEST_F(SecretsReader, DoesNotWarnAboutAnEmptyVariable) {
  environment["EMPTY"] = "";
  read("A=$EMPTY\nB=\nC=$B");
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(SecretsReader, HintsAtAVariableInAnotherFile) {
  SecretTable common;
  common.set("SHARED", "1");
  EXPECT_EQ(*read_secrets("A=$SHARED", "secrets", context(), common).find("A"), "");
  EXPECT_THAT(warnings,
              ElementsAre(HasSubstr(
                  "secrets:1: A: $SHARED is not set and expands to nothing; another secrets file sets it")));
}

TEST_F(SecretsReader, WarnsAboutAShellDefault) {
  environment["A"] = "a";
  EXPECT_EQ(value("B=${A:-b}"), "a:-b}");
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("secrets:1: B: `${A` has no closing brace")));
}

TEST_F(SecretsReader, WarnsAboutIgnoredLinesWithoutQuotingThem) {
  read("A=1\nsome-thing=hunter2");
  EXPECT_THAT(warnings, ElementsAre(".kamal/secrets:2: ignored: not NAME=VALUE (quote multi-line values)"));
}

TEST_F(SecretsReader, LetsExportRepeatAName) {
  EXPECT_THAT(read("A=1\nexport A"), ElementsAre(Pair("A", "1")));
}

TEST_F(SecretsReader, RejectsExportOfAnUnsetName) {
  EXPECT_EQ(error("A=1\nexport B\n"),
            ".kamal/secrets:2: B: `export` of a variable that is not set above (write NAME=\"\" for an empty "
            "value)");
}

TEST_F(SecretsReader, TakesALoneNameAsEmpty) { EXPECT_THAT(read("A"), ElementsAre(Pair("A", ""))); }

TEST_F(SecretsReader, ResolvesLineBreaksInLegacyMode) {
  EXPECT_EQ(value("DOTENV_LINEBREAK_MODE=legacy\nA=\"x\\ny\""), "x\ny");
  environment["DOTENV_LINEBREAK_MODE"] = "legacy";
  EXPECT_EQ(value("A=\"x\\ny\""), "x\ny");
}

TEST_F(SecretsReader, RunsACommandThroughSh) {
  processes.on("op read x", "from op\n");
  EXPECT_EQ(value("A=<$(op read x)>"), "<from op>");
  EXPECT_THAT(processes.processes.at(0).argv,
              ElementsAre("sh", "-c", "eval \"unset KAMAL_SECRETS_COMMAND\n$KAMAL_SECRETS_COMMAND\""));
}

TEST_F(SecretsReader, LetsCommandsPrompt) {
  processes.on("ask", "x");
  read("A=$(ask)");
  EXPECT_EQ(processes.processes.at(0).terminal, Terminal::shared);
  EXPECT_EQ(processes.processes.at(0).timeout, std::chrono::minutes(10));
}

TEST_F(SecretsReader, ReadsTheTimeoutFromTheEnvironment) {
  environment["KAMAL_SECRETS_TIMEOUT"] = "7";
  processes.on("ask", "x");
  read("A=$(ask)");
  EXPECT_EQ(processes.processes.at(0).timeout, std::chrono::seconds(7));
}

TEST_F(SecretsReader, ZeroDisablesTheTimeout) {
  environment["KAMAL_SECRETS_TIMEOUT"] = "0";
  processes.on("ask", "x");
  read("A=$(ask)");
  EXPECT_EQ(processes.processes.at(0).timeout, std::nullopt);
}

TEST_F(SecretsReader, RejectsANonNumericTimeout) {
  environment["KAMAL_SECRETS_TIMEOUT"] = "soon";
  EXPECT_THAT(error("A=$(ask)"), HasSubstr("KAMAL_SECRETS_TIMEOUT is soon, but must be an integer"));
}

TEST_F(SecretsReader, ExpandsVariablesInCommands) {
  processes.on("echo 'pass(word'", "x");
  EXPECT_EQ(value("A='pass(word'\nB=$(echo '$A')"), "x");
}

TEST_F(SecretsReader, KeepsCommandOutput) {
  environment["HOME"] = "/root";
  processes.on("get", "a$HOME ${HOME} \\$x $(b) \\n");
  EXPECT_EQ(value("A=$(get)"), "a$HOME ${HOME} \\$x $(b) \\n");
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(SecretsReader, StripsOneNewline) {
  processes.on("get", "a\n\n");
  EXPECT_EQ(value("A=$(get)"), "a\n");
}

TEST_F(SecretsReader, DoesNotRunACommandInSingleQuotes) {
  EXPECT_EQ(value("A='$(get)'"), "$(get)");
  EXPECT_THAT(processes.commands, IsEmpty());
}

TEST_F(SecretsReader, FailsIfACommandFails) {
  EXPECT_EQ(error("A=1\nB=$(op read op://secret)"),
            ".kamal/secrets:2: B: the command `op` failed with exit status 127 (command not found)");
}

TEST_F(SecretsReader, RejectsBinaryCommandOutput) {
  processes.on("get", "\xff\xfe");
  EXPECT_THAT(error("A=$(get)"), HasSubstr("secrets:1: A: the command `get` output is not UTF-8"));
}

TEST_F(SecretsReader, RunsKamalSecretsInProcess) {
  std::vector<std::string> asked;
  inline_kamal = [&](const std::vector<std::string>& words) {
    asked = words;
    return std::string("k$y\n");
  };
  EXPECT_EQ(value("A=$( kamal secrets fetch --adapter x 'one two' $(b) )"), "k$y");
  EXPECT_THAT(asked, ElementsAre("secrets", "fetch", "--adapter", "x", "one two", "$(b)"));
  EXPECT_THAT(processes.commands, IsEmpty());
}

TEST_F(SecretsReader, PassesFetchedSecretsToExtract) {
  std::vector<std::string> asked;
  inline_kamal = [&](const std::vector<std::string>& words) {
    asked = words;
    return std::string(words[1] == "fetch" ? R"json(\{\"A\":\"k\$y\ \(p\)\"\})json" : "done");
  };
  EXPECT_EQ(value("ALL=$(kamal secrets fetch A)\nA=$(kamal secrets extract A $ALL)"), "done");
  const std::string json = R"json({"A":"k$y (p)"})json";
  EXPECT_THAT(asked, ElementsAre("secrets", "extract", "A", json));
}

TEST_F(SecretsReader, LeavesKamalInAPipeToTheShell) {
  inline_kamal = [](const std::vector<std::string>&) { return std::string("inline"); };
  processes.on("kamal secrets fetch x | jq .x", "piped");
  EXPECT_EQ(value("A=$(kamal secrets fetch x | jq .x)"), "piped");
}

TEST_F(SecretsReader, LeavesOtherKamalCommandsToTheShell) {
  inline_kamal = [](const std::vector<std::string>&) { return std::string("inline"); };
  processes.on("kamal config", "run");
  EXPECT_EQ(value("A=$(kamal config)"), "run");
}

TEST_F(SecretsReader, RejectsUnbalancedQuotesInKamalCommand) {
  inline_kamal = [](const std::vector<std::string>&) { return std::string("inline"); };
  EXPECT_EQ(error("A=$(kamal secrets fetch \"x)"),
            ".kamal/secrets:1: A: unterminated quote in its kamal command");
}

TEST_F(SecretsReader, LocatesAFailedKamalCommand) {
  inline_kamal = [](const std::vector<std::string>&) -> std::string { throw std::runtime_error("no vault"); };
  EXPECT_EQ(error("\nA=$(kamal secrets fetch x)"), ".kamal/secrets:2: A: no vault");
}

TEST_F(SecretsReader, PropagatesInterruption) {
  inline_kamal = [](const std::vector<std::string>&) -> std::string { throw Interrupted(2); };
  EXPECT_THROW(read("A=$(kamal secrets fetch x)"), Interrupted);
}

TEST_F(SecretsReader, RejectsOnlyTheBinaryValue) {
  EXPECT_EQ(error("A=1\nB=\xff\n"), ".kamal/secrets:2: B: must be UTF-8 text");
  EXPECT_EQ(error("A='1\n2\n\xff\n4'\n"), ".kamal/secrets:3: A: must be UTF-8 text");
  EXPECT_EQ(error(std::string_view("A=\0", 3)), ".kamal/secrets:1: A: must be UTF-8 text");
  EXPECT_THAT(read("# gr\xfc\xdf\nA=1\nB=\xff"), ElementsAre(Pair("A", "1")));
}

TEST_F(SecretsReader, RejectsUtf16) {
  EXPECT_EQ(error_of<ConfigurationError>([&] {
              read(
                  std::string_view("\xff\xfe"
                                   "A\0=\0",
                                   6));
            }),
            ".kamal/secrets:1: must be UTF-8 text, not UTF-16");
}

TEST_F(SecretsReader, KeepsTheOtherSecretsWhenOneFails) {
  EXPECT_THAT(read("A=1\nB=$(cat nowhere)\nexport C\nD=4"), ElementsAre(Pair("A", "1"), Pair("D", "4")));
}

TEST_F(SecretsReader, FailsDependentSecrets) {
  const SecretTable table =
      read_secrets("ALL=$(op get)\nA=$(cut $ALL)\nB=$A\nC=3", ".kamal/secrets", context());
  EXPECT_THAT(processes.commands, ElementsAre("op get"));
  EXPECT_THAT(table.entries(), ElementsAre(Pair("C", "3")));
  ASSERT_NE(table.failure("B"), nullptr);
  EXPECT_EQ(table.failure("B")->problem.text(),
            ".kamal/secrets:3: B: depends on ALL, which failed on line 1: the command `op` failed with exit "
            "status 127 (command not found)");
}

TEST_F(SecretsReader, LaterValueReplacesAFailure) {
  EXPECT_THAT(read("A=1\nB=2\nA=$(nowhere)\nC=$B\nA=4"),
              ElementsAre(Pair("B", "2"), Pair("C", "2"), Pair("A", "4")));
}

TEST_F(SecretsReader, LimitsTotalSize) {
  std::string text = "A=xxxxxxxxxxxxxxxx\n";
  for (int i = 0; i < 40; ++i) text += "A=$A$A\n";
  EXPECT_THAT(error(text), HasSubstr("A: value is longer than 16 MB"));
}

}  // namespace
}  // namespace kamal
