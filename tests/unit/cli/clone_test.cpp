#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/there.h"
#include "unit/cli/cli_run.h"

// The clone of the project that an image is built from.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> push = {"build", "push", "--version", "v1"};
const std::string revision(40, 'a');

class Clone : public ::testing::Test {
 protected:
  Clone() {
    std::filesystem::create_directory("tmp");
    kamal_.environment["TMPDIR"] = (std::filesystem::current_path() / "tmp").string();
    kamal_.processes.answer("git rev-parse --show-toplevel", test::says("/src/shop\n"));
    kamal_.processes.answer("git -C ", [this](const Process& process) {
      const std::string command = process.argv.at(3);
      if (command == "clone") std::filesystem::create_directories(process.argv.at(2) + "/shop");
      commands_.push_back(command);
      if (!answers_[command].empty()) {
        const ProcessResult answer = answers_[command].front();
        answers_[command].erase(answers_[command].begin());
        return answer;
      }
      return test::says(command == "rev-parse" ? revision + "\n" : "");
    });
  }
  std::vector<std::string> builds() const { return kamal_.story.of({"docker buildx build"}); }

  CliRun kamal_;
  std::vector<std::string> commands_;                          // to git about the clone
  std::map<std::string, std::vector<ProcessResult>> answers_;  // to the first ones of a command
};

TEST_F(Clone, IsMadeForTheFirstBuildAndResetForTheNext) {
  EXPECT_EQ(kamal_.run(push).status, 0);
  EXPECT_THAT(commands_, ElementsAre("clone", "status", "rev-parse"));
  commands_.clear();
  EXPECT_EQ(kamal_.run(push).status, 0);
  EXPECT_THAT(commands_,
              ElementsAre("remote", "fetch", "reset", "clean", "submodule", "gc", "status", "rev-parse"));
}

TEST_F(Clone, ThatIsDirtyIsReplaced) {
  answers_["status"] = {test::says("?? left-over\n")};
  const CliRun::Result result = kamal_.run(push);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("is dirty"), HasSubstr("deleting and retrying")));
  EXPECT_THAT(commands_, ElementsAre("clone", "status", "clone", "status", "rev-parse"));
}

TEST_F(Clone, ThatStaysDirtyIsNotBuilt) {
  answers_["status"] = {test::says("?? left-over\n"), test::says("?? left-over\n")};
  const CliRun::Result result = kamal_.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("is dirty"), HasSubstr("left-over")));
  EXPECT_THAT(builds(), IsEmpty());
}

TEST_F(Clone, AtAnotherRevisionIsNotBuilt) {
  answers_["rev-parse"] = {test::says("bbbb\n"), test::says("bbbb\n")};
  const CliRun::Result result = kamal_.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("expected `" + revision + "` but got `bbbb`"));
  EXPECT_THAT(builds(), IsEmpty());
}

TEST_F(Clone, ThatCannotBeResetIsRecreated) {
  EXPECT_EQ(kamal_.run(push).status, 0);
  const std::filesystem::path clone =
      test::last(kamal_.processes.calls()).process.directory.value_or(std::filesystem::path());
  ASSERT_THAT(clone.string(), EndsWith("/shop"));
  kamal_.write((clone / "left-over").string(), "");
  commands_.clear();
  answers_["fetch"] = {test::fails(128, "fatal: bad object\n")};
  const CliRun::Result result = kamal_.run(push);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(commands_, ElementsAre("remote", "fetch", "clone", "status", "rev-parse"));
  EXPECT_FALSE(std::filesystem::exists(clone / "left-over"));
}

TEST_F(Clone, ThatFailsTwiceSaysWhy) {
  answers_["clone"] = {test::fails(128, "fatal: disk full\n"), test::fails(128, "fatal: disk full\n")};
  const CliRun::Result result = kamal_.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Failed to clone repo"), HasSubstr("disk full")));
  EXPECT_THAT(builds(), IsEmpty());
}

// Ctrl-C ends git as well.
TEST_F(Clone, IsNotMadeAgainInAnInterruptedRun) {
  kamal_.processes.answer("git -C ", [this](const Process&) {
    commands_.emplace_back("clone");
    kamal_.interruption.request(SIGINT);
    return test::fails(130);
  });
  EXPECT_EQ(kamal_.run(push).status, 130);
  EXPECT_THAT(commands_, ElementsAre("clone"));
}

}  // namespace
}  // namespace kamal
