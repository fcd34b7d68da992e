
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "secrets/reader.h"
#include "support/secret_fakes.h"

namespace kamal {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

// What this process reads from its standard input, for the time of its life.
class StandardInput {
 public:
  explicit StandardInput(std::string_view text) : before_(dup(STDIN_FILENO)) {
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], text.data(), text.size()) < 0) throw std::runtime_error("pipe");
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
  }
  ~StandardInput() {
    dup2(before_, STDIN_FILENO);
    close(before_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int before_;
};

// Commands that really run.
class SecretsCommand : public ::testing::Test {
 protected:
  std::string output(const std::string& command) {
    context.processes = &processes;
    return command_output(command, "the command", context);
  }
  std::string error(const std::string& command) {
    return error_of<std::runtime_error>([&] { output(command); });
  }

  Interruption interruption;
  SystemProcesses processes{interruption};
  SecretsContext context;
};

TEST_F(SecretsCommand, RunsShellSyntax) {
  EXPECT_EQ(output("for i in 1 2; do printf '%s ' \"$i\"; done | tr ' ' -\n# done"), "1-2-");
}

TEST_F(SecretsCommand, SeesTheEnvironment) {
  context.environment["FROM_CONTEXT"] = "x";
  EXPECT_EQ(output("echo $FROM_CONTEXT"), "x");
}

TEST_F(SecretsCommand, StaysOutOfArgumentLists) {
  EXPECT_THAT(output("tr '\\0' ' ' < /proc/$$/cmdline; : hunter2"), Not(HasSubstr("hunter2")));
}

TEST_F(SecretsCommand, IsNotInheritedByItsPrograms) {
  EXPECT_THAT(output("env; : hunter2"), Not(HasSubstr("hunter2")));
}

TEST_F(SecretsCommand, FailsWithItsExitStatus) {
  EXPECT_EQ(error("exit 3"), "the command failed with exit status 3");
}

TEST_F(SecretsCommand, FailsForASyntaxError) {
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(error("if"), HasSubstr("failed with exit status"));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), Not(::testing::IsEmpty()));
}

TEST_F(SecretsCommand, ShowsStderr) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(output("echo Password: >&2; echo x"), "x");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "Password:\n");
}

TEST_F(SecretsCommand, ReadsStdin) {
  const StandardInput input("hunter2\n");
  EXPECT_EQ(output("read -r typed; echo \"got $typed\""), "got hunter2");
}

TEST_F(SecretsCommand, TimesOut) {
  context.environment["KAMAL_SECRETS_TIMEOUT"] = "1";
  EXPECT_EQ(error("sleep 60"), "the command timed out after 1 seconds (raise KAMAL_SECRETS_TIMEOUT)");
}

TEST_F(SecretsCommand, IsStoppedAtTheOutputLimit) {
  EXPECT_EQ(error("yes"), "the command printed more than 16 MB");
}

TEST(SecretsCommandName, IsItsProgram) {
  EXPECT_EQ(command_name(" /usr/bin/op read x"), "the command `/usr/bin/op`");
  EXPECT_EQ(command_name("TOKEN=x curl y"), "the command");
  EXPECT_EQ(command_name(""), "the command");
}

}  // namespace
}  // namespace kamal
