#include "integration/sshkit/steps_fixture.h"
#include "support/there.h"

namespace kamal::sshkit {
namespace {

using test::Sshd;

TEST_P(StepsOnShell, ReturnStdoutStderrAndStatus) {
  const StepResult result = run(*server_, "echo out; echo err >&2; exit 3");

  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.status, 3);
}

TEST_P(StepsOnShell, RunInOrderInOneSession) {
  const auto results = server_->run({shell("echo one"), shell("echo two"), shell("echo three")}, heard_);

  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results.at(2).out, "three\n");
  EXPECT_EQ(sshd_->count_in_log("Accepted publickey"), 1);
  EXPECT_EQ(sshd_->count_in_log("Starting session"), 1);
}

TEST_P(StepsOnShell, ReportEventsInOrder) {
  server_->run({shell("echo a; echo b >&2"), shell("exit 4", OnFailure::ignore), shell("printf no-line-end")},
               heard_);

  EXPECT_EQ(heard_.story, (std::vector<std::string>{"started 0", "finished 0 with 0", "started 1",
                                                    "finished 1 with 4", "started 2", "finished 2 with 0"}));
  EXPECT_EQ(test::last(heard_.lines), (Heard::Line{2, Stream::out, "no-line-end"}));
}

TEST_P(StepsOnShell, KeepOutputWithoutLineEnd) {
  const auto results = server_->run({shell("printf a; printf b >&2"), shell("printf c")}, heard_);

  EXPECT_EQ(results.at(0).out, "a");
  EXPECT_EQ(results.at(0).err, "b");
  EXPECT_EQ(results.at(1).out, "c");
}

TEST_P(StepsOnShell, StopAfterAFailure) {
  const auto results = server_->run({shell("exit 7"), shell("touch ran")}, heard_);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results.at(0).status, 7);
  EXPECT_FALSE(std::filesystem::exists(sshd_->home() / "ran"));
}

TEST_P(StepsOnShell, ContinueAfterAnIgnoredFailure) {
  const auto results = server_->run({shell("exit 7", OnFailure::ignore), shell("echo ran")}, heard_);

  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results.at(1).out, "ran\n");
}

TEST_P(StepsOnShell, SurviveASyntaxError) {
  const auto results =
      server_->run({shell("echo 'unbalanced", OnFailure::ignore), shell("echo fine")}, heard_);

  ASSERT_EQ(results.size(), 2u);
  EXPECT_NE(results.at(0).status, 0);
  EXPECT_NE(results.at(0).err, "");
  EXPECT_EQ(results.at(1).out, "fine\n");
}

TEST_P(StepsOnShell, AreIsolatedFromEachOther) {
  server_->run({shell("cd /; x=1; export x; set -e; umask 0; trap 'echo trapped' EXIT; exec 2>/dev/null")},
               heard_);

  const StepResult result = run(*server_, "false; echo \"[$x] $(umask)\"; pwd; echo err >&2");

  EXPECT_EQ(result.out, "[] 0022\n" + sshd_->home().string() + "\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST_P(StepsOnShell, HaveEmptyStandardInput) { EXPECT_EQ(run(*server_, "cat; echo end").out, "end\n"); }

TEST_P(StepsOnShell, ReadTheirInputExactly) {
  const std::string bytes("pass'word\0\n\n $HOME `id` without end", 35);
  const Step step = Step::run(Command{"cat"}.with_input(bytes));

  EXPECT_EQ(server_->run({step}, heard_).at(0).out, bytes);
}

TEST_P(StepsOnShell, KeepTheirInputOutOfArgv) {
  const Step step = Step::run(
      Command{Argument::syntax("cat >/dev/null; cat /proc/*/cmdline | tr '\\0' '\\n'")}.with_input("s3cret"));

  const StepResult result = server_->run({step}, heard_).at(0);

  EXPECT_NE(result.out.find("sshd"), std::string::npos);
  EXPECT_EQ(result.out.find("s3cret"), std::string::npos);
}

TEST_P(StepsOnShell, PassSavedValuesToLaterSteps) {
  Step first = shell("printf '  one two \\n\\n'; echo aside >&2");
  first.variable = "words";
  const Step second = Step::run(Command{"printf", "<%s>", Argument::expanding("${words}")});

  const auto results = server_->run({first, second}, heard_);

  EXPECT_EQ(results.at(0).out, "  one two \n\n");
  EXPECT_EQ(results.at(0).err, "aside\n");
  EXPECT_EQ(results.at(1).out, "<one two>");
}

TEST_P(StepsOnShell, FailOnAnEmptySavedValue) {
  Step first = shell("echo ' '");
  first.variable = "nothing";

  const auto results = server_->run({first, shell("touch ran")}, heard_);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results.at(0).status, 1);
}

TEST_P(StepsOnShell, ExplainAnEmptySavedValue) {
  Step first = shell("echo aside >&2");
  first.variable = "nothing";
  first.if_empty = "it's not there: $HOME";

  const auto results = server_->run({first}, heard_);

  EXPECT_EQ(results.at(0).err, "aside\nit's not there: $HOME\n");
}

TEST_P(StepsOnShell, KeepTheStatusOfASavingCommand) {
  Step first = shell("echo value; exit 5", OnFailure::ignore);
  first.variable = "value";

  const auto results = server_->run({first, shell("echo \"$value\"")}, heard_);

  EXPECT_EQ(results.at(0).status, 5);
  EXPECT_EQ(results.at(1).out, "value\n");
}

TEST_P(StepsOnShell, ReadTheirInputWhenSaving) {
  Step first = Step::run(Command{"cat"}.with_input("from input\n")).save_as("value");

  const auto results = server_->run({first, shell("echo \"$value\"")}, heard_);

  EXPECT_EQ(results.at(1).out, "from input\n");
}

TEST_P(StepsOnShell, ForgetSavedValuesAfterTheList) {
  Step first = shell("echo value");
  first.variable = "value";
  server_->run({first}, heard_);

  EXPECT_EQ(run(*server_, "echo \"[$value]\"").out, "[]\n");
}

TEST_P(StepsOnShell, ReturnTheStatusOfAKilledShell) {
  const auto results =
      server_->run({shell("echo before"), shell("echo last words; kill -9 0"), shell("touch ran")}, heard_);

  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results.at(1).out, "last words\n");
  EXPECT_EQ(results.at(1).status, 137);
  EXPECT_FALSE(std::filesystem::exists(sshd_->home() / "ran"));
}

TEST_P(StepsOnShell, ContinueInANewShellAfterAnIgnoredFailure) {
  Step first = shell("echo \"it's kept\"");
  first.variable = "value";

  const auto results = server_->run(
      {first, shell("kill -9 0", OnFailure::ignore), shell("echo \"$value\"; touch ran")}, heard_);

  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results.at(2).out, "it's kept\n");
  EXPECT_EQ(test::last(heard_.story), "finished 2 with 0");
}

TEST_P(StepsOnShell, RunInANewShellAfterALostOne) {
  run(*server_, "kill -9 0");

  EXPECT_EQ(run(*server_, "echo back").out, "back\n");
}

TEST_P(StepsOnShell, DoNotWaitForBackgroundProcesses) {
  EXPECT_EQ(run(*server_, "(sleep 60; echo late) & echo early").out, "early\n");
}

TEST_P(StepsOnShell, TreatFakeMarkersAsOutput) {
  EXPECT_EQ(run(*server_, "printf '\\036kamal 0123 0 0\\n\\036kamal'").out, "\x1ekamal 0123 0 0\n\x1ekamal");
}

TEST_P(StepsOnShell, ReturnLargeOutput) {
  const StepResult result = run(*server_, "head -c 50000000 /dev/zero | tr '\\0' x; echo end >&2");

  EXPECT_EQ(result.out.size(), 50'000'000u);
  EXPECT_EQ(result.out.find_first_not_of('x'), std::string::npos);
  EXPECT_EQ(result.err, "end\n");
}

TEST_P(StepsOnShell, ReturnBothStreamsByteByByte) {
  const StepResult result =
      run(*server_, "i=0; while [ $i -lt 2000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done");

  std::string out, err;
  for (int i = 0; i < 2000; ++i) {
    out += "out " + std::to_string(i) + "\n";
    err += "err " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(result.out, out);
  EXPECT_EQ(result.err, err);
}

TEST_P(StepsOnShell, IgnoreOutputOfLoginScripts) {
  Sshd::Options talkative = options();
  talkative.session_prologue += "\necho Welcome; echo beware >&2";
  const Sshd sshd(talkative);
  const auto backend = connect(settings_for(sshd));

  const StepResult result = run(backend->server(Host("127.0.0.1")), "echo out");

  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "");
}

INSTANTIATE_TEST_SUITE_P(Shells, StepsOnShell, shells, shell_name);

}  // namespace
}  // namespace kamal::sshkit
