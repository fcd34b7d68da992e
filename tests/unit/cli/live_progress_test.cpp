#include "cli/output/live_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/screen_model.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto several_refreshes = 350ms;

struct LiveProgressOfARun : ::testing::Test {
  LiveProgressOfARun() {
    kamal.has_live_lines = kamal.out_is_terminal = true;
    kamal.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
    for (const char* slow : {"docker pull", "docker container ls --all --filter label=service=shop"})
      kamal.servers.before("1.1.1.1", slow, [] { std::this_thread::sleep_for(several_refreshes); });
  }

  std::string run(std::vector<std::string> arguments) {
    const CliRun::Result result = kamal.run(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }
  static std::string on_screen(const std::string& text) {
    test::ScreenModel screen(80);
    screen.write(text);
    return screen.text();
  }

  CliRun kamal;
  const std::vector<std::string> deploy{"deploy", "-P", "--version", "v2"};
};

TEST_F(LiveProgressOfARun, ShowsThePhasesAndLeavesNothingOfIt) {
  const std::string text = run(deploy);
  EXPECT_THAT(text, HasSubstr("\x1b[K\n"));
  EXPECT_THAT(text, HasSubstr("[3/6] pull | 0s | 0 hosts done, 1 running, 0 failed\x1b[K\n"));
  CliRun plain;
  plain.out_is_terminal = true;
  plain.environment = kamal.environment;
  const std::string expected = plain.run(deploy).out;
  EXPECT_THAT(expected, AllOf(HasSubstr("Deployed shop"), Not(HasSubstr("\x1b"))));
  test::ScreenModel screen(80);
  screen.write(expected);
  EXPECT_EQ(on_screen(text), screen.text());
}

TEST_F(LiveProgressOfARun, LeavesNothingOfItAfterAFailure) {
  kamal.servers.answer("1.1.1.1", "docker run --detach", {.status = 1});
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("[3/6] pull"));
  EXPECT_THAT(on_screen(result.out), Not(HasSubstr("[3/6]")));
}

TEST_F(LiveProgressOfARun, CountsTheHooksThatExist) {
  kamal.add_hook("pre-deploy");
  kamal.add_hook("post-deploy");
  EXPECT_THAT(run(deploy), HasSubstr("[3/8] pull"));
}

TEST_F(LiveProgressOfARun, IsAbsentIfNotWanted) {
  const auto shows = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--version", "v2"});
    const std::string text = run(arguments);
    EXPECT_THAT(kamal.asked("1.1.1.1"), ::testing::Contains("docker pull acme/shop:v2"));
    return text.find("\x1b[K") != std::string::npos;
  };
  EXPECT_TRUE(shows({"deploy", "-P"}));
  EXPECT_FALSE(shows({"deploy", "-P", "-q"}));
  EXPECT_FALSE(shows({"deploy", "-P", "--progress", "plain"}));
  kamal.environment["KAMAL_PROGRESS"] = "plain";
  EXPECT_FALSE(shows({"deploy", "-P"}));
  EXPECT_TRUE(shows({"deploy", "-P", "--progress", "auto"}));
  kamal.environment["KAMAL_PROGRESS"] = "";
  kamal.environment["TERM"] = "dumb";
  EXPECT_FALSE(shows({"deploy", "-P", "--progress", "live"}));
  kamal.environment["TERM"] = "xterm";
  kamal.environment["GITLAB_CI"] = "true";
  const std::string folded = run({"deploy", "-P", "--version", "v2"});
  EXPECT_THAT(folded, AllOf(HasSubstr("section_start"), Not(HasSubstr("[3/6]"))));
}

TEST_F(LiveProgressOfARun, IsForOtherCommandsOnlyIfAsked) {
  EXPECT_THAT(run({"app", "containers"}), Not(HasSubstr("\x1b[K")));
  EXPECT_THAT(kamal.asked("1.1.1.1"), ::testing::SizeIs(1));
  const std::string text = run({"app", "containers", "--progress", "live"});
  EXPECT_THAT(text, HasSubstr("kamal app containers | 0s | 0 hosts done, 1 running, 0 failed"));
  EXPECT_THAT(on_screen(text), Not(HasSubstr("| 0s")));
}

TEST_F(LiveProgressOfARun, NeedsAKnownType) {
  kamal.environment["KAMAL_PROGRESS"] = "fancy";
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("KAMAL_PROGRESS must be auto, plain or live, not \"fancy\""));
  EXPECT_TRUE(kamal.story.events().empty());
}

}  // namespace
}  // namespace kamal
