#include "kamal/sshkit/executor.h"

#include <gtest/gtest.h>

namespace kamal::sshkit {
namespace {

TEST(Step, ShowsItsCommandRedacted) {
  const Step step = Step::run(Command{"login", Argument::sensitive("sesame")});
  EXPECT_EQ(step.display(), "login [REDACTED]");
}

TEST(Step, ShowsAnUploadWithoutItsContent) {
  const Step step = Step::upload("TOKEN=sesame", ".kamal/web.env", 0600);
  EXPECT_EQ(step.display(), "Uploading .kamal/web.env");
}

TEST(StepResult, IsOkWithStatusZeroOnly) {
  EXPECT_TRUE((StepResult{0, "", "", {}}).ok());
  EXPECT_FALSE((StepResult{1, "", "", {}}).ok());
}

TEST(StepResult, StripsItsText) { EXPECT_EQ((StepResult{0, "\n a b \n", "", {}}).text(), "a b"); }

TEST(ExecuteError, FitsOnOneLineForOneHost) {
  EXPECT_STREQ(ExecuteError({{Host("one"), "failed", nullptr}}).what(),
               "Exception while executing on host one: failed");
}

TEST(ExecuteError, ListsAllHosts) {
  EXPECT_STREQ(ExecuteError({{Host("one"), "failed", nullptr}, {Host("two"), "gone", nullptr}}).what(),
               "Exceptions on 2 hosts:\nException while executing on host one: failed\n"
               "Exception while executing on host two: gone");
}

}  // namespace
}  // namespace kamal::sshkit
