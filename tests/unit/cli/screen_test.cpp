#include "cli/output/screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/context.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char *enter = "\x1b[?1049h", *leave = "\x1b[?1049l";

std::string drawn(std::optional<WindowSize> size, const std::vector<std::string>& texts) {
  CliRun kamal;
  kamal.window_size = size;
  return kamal
      .run_in({"details"},
              [&](cli::Context& context) {
                cli::Screen screen(context.effects);
                for (const std::string& text : texts) screen.draw(text);
              })
      .out;
}

TEST(Screen, IsTheOtherOneUntilItsEnd) {
  const std::string text = drawn(WindowSize{80, 24}, {"one\ntwo\n"});
  EXPECT_THAT(text, AllOf(StartsWith(enter), HasSubstr("one\x1b[K\r\ntwo\x1b[K\x1b[J"), EndsWith(leave)));
}

TEST(Screen, IsNotTouchedIfNothingIsDrawn) { EXPECT_EQ(drawn(WindowSize{80, 24}, {}), ""); }

TEST(Screen, IsEnteredOnce) {
  const std::string text = drawn(WindowSize{80, 24}, {"one\n", "two\n"});
  EXPECT_EQ(text.rfind(enter), text.find(enter));
}

TEST(Screen, KeepsTheFirstLinesOfTooMany) {
  const std::string text = drawn(WindowSize{80, 3}, {"one\ntwo\nthree\nfour\n"});
  EXPECT_THAT(text, AllOf(HasSubstr("one"), HasSubstr("two"), HasSubstr("(2 more lines)\x1b[K\x1b[J"),
                          Not(HasSubstr("three"))));
}

TEST(Screen, OfAnUnknownSizeHas24Lines) {
  std::string text;
  for (int i = 1; i <= 25; ++i) text += "line " + std::to_string(i) + "\n";
  EXPECT_THAT(drawn(std::nullopt, {text}), AllOf(HasSubstr("line 23"), HasSubstr("(2 more lines)")));
}

}  // namespace
}  // namespace kamal
