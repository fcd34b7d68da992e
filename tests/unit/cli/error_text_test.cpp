#include "cli/error_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "kamal/yaml/value.h"
#include "unit/cli/cli_run.h"

namespace kamal::cli {
namespace {

using sshkit::Color;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Problem problem_at(int line, Excerpt excerpt, std::string fix = "") {
  return {{"deploy.yml", line}, "boot/wait", "is wrong", std::move(fix), std::move(excerpt)};
}

// Without the first line.
std::string excerpt_of(const std::string& line, size_t begin, size_t length) {
  const std::string text =
      error_text(ConfigurationError({problem_at(7, {line, begin, length})}), Color::never);
  return text.substr(text.find('\n') + 1);
}

TEST(ErrorText, IsTheMessage) {
  EXPECT_EQ(error_text(std::runtime_error("no\x1b[31m way"), Color::never), "  ERROR no way\n");
  EXPECT_EQ(error_text(std::runtime_error("no way"), Color::always), "\x1b[31m  ERROR no way\x1b[0m\n");
  EXPECT_EQ(error_text(ConfigurationError("no way"), Color::never), "  ERROR no way\n");
}

TEST(ErrorText, ShowsTheLineAndWhatWouldBeRight) {
  EXPECT_EQ(
      error_text(ConfigurationError({problem_at(6, {"boot: { wait: soon }", 14, 4}, "must be an integer")}),
                 Color::never),
      "  ERROR deploy.yml:6: boot/wait: is wrong\n"
      "    6 | boot: { wait: soon }\n"
      "      |               ^^^^ must be an integer\n");
}

TEST(ErrorText, ShowsEachProblemWithItsLine) {
  EXPECT_EQ(error_text(ConfigurationError({problem_at(6, {"a: b", 0, 1}), Problem{{}, "c", "is required"},
                                           problem_at(123, {"d: e", 3, 1})}),
                       Color::never),
            "  ERROR deploy.yml:6: boot/wait: is wrong\n"
            "    6 | a: b\n"
            "      | ^\n"
            "c: is required\n"
            "deploy.yml:123: boot/wait: is wrong\n"
            "  123 | d: e\n"
            "      |    ^\n");
}

TEST(ErrorText, IsColored) {
  EXPECT_EQ(error_text(ConfigurationError({problem_at(6, {"a: b", 3, 1}, "c")}), Color::always),
            "\x1b[31m  ERROR deploy.yml:6: boot/wait: is wrong\x1b[0m\n"
            "\x1b[34m    6 |\x1b[0m a: b\n"
            "\x1b[34m      |\x1b[0m    \x1b[31m^ c\x1b[0m\n");
}

TEST(ErrorText, AlignsCaretsAfterTabs) {
  EXPECT_EQ(excerpt_of("\ta:\tb", 4, 1),
            "    7 |     a:    b\n"
            "      |           ^\n");
}

TEST(ErrorText, AlignsCaretsAfterWideCharacters) {
  EXPECT_EQ(excerpt_of("\u65E5\u672C: e\u0301 b", 12, 1),
            "    7 | \u65E5\u672C: e\u0301 b\n"
            "      |         ^\n");
  EXPECT_EQ(excerpt_of("a: \u65E5\u672C", 3, 6),
            "    7 | a: \u65E5\u672C\n"
            "      |    ^^^^\n");
}

TEST(ErrorText, ShowsControlCharactersAsText) {
  EXPECT_EQ(excerpt_of("a: \x1b\xff b", 4, 1),
            "    7 | a: ^[\\xff b\n"
            "      |      ^^^^\n");
}

TEST(ErrorText, MarksTheEndOfALine) {
  EXPECT_EQ(excerpt_of("a:", 2, 1),
            "    7 | a:\n"
            "      |   ^\n");
}

TEST(ErrorText, CutsLongLinesAroundTheFault) {
  const std::string before(1000, 'b'), after(1000, 'a');
  EXPECT_EQ(excerpt_of(before + "xyz" + after, 1000, 3), "    7 | ..." + std::string(30, 'b') + "xyz" +
                                                             std::string(39, 'a') + "...\n" +  //
                                                             "      | " + std::string(33, ' ') + "^^^\n");
  EXPECT_EQ(excerpt_of("xyz" + after, 0, 3), "    7 | xyz" + std::string(69, 'a') +
                                                 "...\n"
                                                 "      | ^^^\n");
  EXPECT_EQ(excerpt_of(before + "xyz", 1000, 3), "    7 | ..." + std::string(30, 'b') + "xyz\n" +  //
                                                     "      | " + std::string(33, ' ') + "^^^\n");
}

TEST(ErrorText, CutsLongFaults) {
  EXPECT_EQ(excerpt_of(std::string(1000, 'x'), 0, 1000),
            "    7 | " + std::string(72, 'x') + "...\n      | " + std::string(72, '^') + "\n");
}

TEST(ErrorText, KeepsCharactersOfLongLinesWhole) {
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "\u65E5";
  const std::string text = excerpt_of(line, 1500, 3);
  EXPECT_THAT(text, Not(HasSubstr("\\x")));
  EXPECT_THAT(text, EndsWith("...\n      | " + std::string(33, ' ') + "^^\n"));
}

}  // namespace
}  // namespace kamal::cli

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* misspelled = "boot: { wiat: 5 }\nenv: { clear: { TOKEN: [ sesame ] } }";

TEST(ConfigurationErrors, ShowTheirLines) {
  CliRun kamal(misspelled);
  const CliRun::Result result = kamal.run({"app", "containers"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "  ERROR config/deploy.yml:2: boot/wiat: unknown key (did you mean \"wait\"?)\n"
            "    2 | boot: { wiat: [REDACTED] }\n"
            "      |         ^^^^ did you mean \"wait\"?\n"
            "config/deploy.yml:3: env/clear/TOKEN: must be a string, not a list\n"
            "    3 | env: { clear: { TOKEN: [ [REDACTED] ] } }\n"
            "      |                 ^^^^^ must be a string\n");
}

TEST(ConfigurationErrors, AreColoredOnTerminals) {
  CliRun kamal(misspelled);
  kamal.out_is_terminal = true;
  EXPECT_THAT(kamal.run({"app", "containers"}).err, HasSubstr("\x1b[31m^^^^ did you mean"));
  kamal.environment["NO_COLOR"] = "1";
  EXPECT_THAT(kamal.run({"app", "containers"}).err, Not(HasSubstr("\x1b")));
}

TEST(ConfigurationErrors, NeverShowSecretsFiles) {
  CliRun kamal("registry: { username: robot, password: [ TOKEN ] }");
  kamal.write(".kamal/secrets", "A=1\nTOKEN=   # sesame\n");
  const CliRun::Result result = kamal.run({"registry", "login"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr(".kamal/secrets:2"), Not(HasSubstr("sesame")), Not(HasSubstr(" | "))));
}

}  // namespace
}  // namespace kamal
