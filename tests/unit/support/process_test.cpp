#include "kamal/support/process.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "kamal/support/files.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "support/waiting.h"
#include "unit/support/on_this_machine.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using test::OnThisMachine;

Process script(const std::string& text) { return {.argv = {"/bin/sh", "-c", text}}; }

bool runs(const std::string& pid) { return kill(std::stoi(pid), 0) == 0; }

// A process that was killed goes away when its parent, or init, has taken note of it.
bool ends(const std::string& pid) {
  for (int i = 0; i < 500; ++i) {
    if (!runs(pid)) return true;
    const std::string stat = read_file_if_exists("/proc/" + pid + "/stat").value_or("");
    if (stat.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

std::string wait_for_text(const std::filesystem::path& path) {
  for (int i = 0; i < 1000; ++i) {
    const std::string text = read_file_if_exists(path).value_or("");
    if (text.ends_with('\n')) return strip(text);
    std::this_thread::sleep_for(10ms);
  }
  return "";
}

// Interrupts as soon as the program has written `pid_file`.
class Interrupter {
 public:
  Interrupter(Interruption& interruption, std::filesystem::path pid_file)
      : thread_([&interruption, pid_file = std::move(pid_file)] {
          wait_for_text(pid_file);
          interruption.request(SIGTERM);
        }) {}

 private:
  std::jthread thread_;
};

TEST(Processes, CollectStdoutAndStderr) {
  const ProcessResult result = OnThisMachine().sh("echo out; echo err >&2");
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Processes, ReturnTheExitStatus) { EXPECT_EQ(OnThisMachine().sh("exit 3").status, 3); }

TEST(Processes, ReturnTheSignal) { EXPECT_EQ(OnThisMachine().sh("kill -TERM $$").status, 143); }

TEST(Processes, GetTheFileLimitFromBeforeItWasRaised) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GT(limit.rlim_max, 100u);
  limit.rlim_cur = limit.rlim_max - 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);

  raise_file_limit();

  rlimit raised{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &raised), 0);
  EXPECT_EQ(raised.rlim_cur, raised.rlim_max);
  EXPECT_EQ(OnThisMachine().sh("ulimit -n").out, fmt::format("{}\n", limit.rlim_cur));
}

TEST(Processes, NonExecutableExitWith126) {
  const test::Folder folder;
  const std::string program = (folder.path() / "program").string();
  write_file(program, "#!/bin/sh\n", 0644);
  const ProcessResult result = OnThisMachine().run({.argv = {program}});
  EXPECT_EQ(result.status, 126);
  EXPECT_EQ(result.err, program + ": Permission denied\n");
}

TEST(Processes, MissingExitWith127) {
  const ProcessResult result = OnThisMachine().run({.argv = {"kamal-has-no-such-program"}});
  EXPECT_EQ(result.status, 127);
  EXPECT_EQ(result.err, "kamal-has-no-such-program: command not found\n");
}

TEST(Processes, KeepArguments) {
  const ProcessResult result =
      OnThisMachine().run({.argv = {"printf", "%s|", "two words", "", "$HOME", "'"}});
  EXPECT_EQ(result.out, "two words||$HOME|'|");
}

TEST(Processes, AcceptLargeInput) {
  const std::string input(1'000'000, 'x');
  Process process = script("cat");
  process.input = input;
  EXPECT_EQ(OnThisMachine().run(process).out, input);
}

TEST(Processes, MayLeaveTheirInputUnread) {
  Process process = script("exec <&-; echo done");
  process.input = std::string(1'000'000, 'x');
  const ProcessResult result = OnThisMachine().run(process);
  EXPECT_EQ(result.out, "done\n");
  EXPECT_EQ(result.status, 0);
}

TEST(Processes, ReadDevNullWithoutInput) { EXPECT_EQ(OnThisMachine().sh("cat; echo end").out, "end\n"); }

TEST(Processes, ReadEmptyInput) {
  Process process = script("cat; echo end");
  process.input = "";
  EXPECT_EQ(OnThisMachine().run(process).out, "end\n");
}

TEST(Processes, AddEnvironment) {
  Process process = script("echo $KAMAL_TEST_A $HOME");
  process.env = {{"KAMAL_TEST_A", "a b"}};
  EXPECT_EQ(OnThisMachine().run(process).out, "a b " + std::string(std::getenv("HOME")) + "\n");
}

TEST(Processes, OverrideTheInheritedEnvironment) {
  Process process = script("echo $HOME");
  process.env = {{"HOME", "/elsewhere"}};
  EXPECT_EQ(OnThisMachine().run(process).out, "/elsewhere\n");
}

TEST(Processes, ReplaceTheInheritedEnvironment) {
  Process process = script("echo \"$KAMAL_TEST_A|$HOME\"");
  process.environment = EnvironmentMap{{"KAMAL_TEST_A", "a"}};
  EXPECT_EQ(OnThisMachine().run(process).out, "a|\n");
}

TEST(Processes, AddToTheReplacedEnvironment) {
  Process process = script("echo $KAMAL_TEST_A $KAMAL_TEST_B");
  process.environment = {{"KAMAL_TEST_A", "a"}, {"KAMAL_TEST_B", "b"}};
  process.env = {{"KAMAL_TEST_B", "c"}};
  EXPECT_EQ(OnThisMachine().run(process).out, "a c\n");
}

TEST(ProcessesIn, UsesIt) {
  OnThisMachine machine;
  ProcessesIn processes({{"KAMAL_TEST_A", "a"}}, machine.processes);
  EXPECT_EQ(processes.run(script("echo \"$KAMAL_TEST_A|$HOME\"")).out, "a|\n");
}

TEST(ProcessesIn, UsesItAttached) {
  OnThisMachine machine;
  ProcessesIn processes({{"KAMAL_TEST_A", "5"}}, machine.processes);
  EXPECT_EQ(processes.run_attached(script("exit $KAMAL_TEST_A")), 5);
}

TEST(ProcessesIn, KeepsTheirOwn) {
  OnThisMachine machine;
  ProcessesIn processes({{"KAMAL_TEST_A", "a"}}, machine.processes);
  Process process = script("echo $KAMAL_TEST_A");
  process.environment = EnvironmentMap{{"KAMAL_TEST_A", "b"}};
  EXPECT_EQ(processes.run(process).out, "b\n");
}

TEST(Processes, AreLookedUpOnTheirOwnPath) {
  const test::Folder folder;
  write_file(folder / "kamal-test-program", "#!/bin/sh\necho found\n", 0755);
  const Process process{.argv = {"kamal-test-program"},
                        .env = {{"PATH", folder.path().string() + ":/usr/bin:/bin"}}};
  EXPECT_EQ(OnThisMachine().run(process).out, "found\n");
}

TEST(Processes, RunInTheirDirectory) {
  Process process = script("pwd");
  process.directory = "/";
  EXPECT_EQ(OnThisMachine().run(process).out, "/\n");
}

TEST(Processes, FailInAMissingDirectory) {
  Process process = script("pwd");
  process.directory = "/nowhere";
  EXPECT_EQ(OnThisMachine().run(process).status, 126);
}

TEST(Processes, StreamOutput) {
  const test::Folder folder;
  const std::string seen = folder / "seen";
  // The program goes on only when its first output has been passed on.
  const auto sink = [&](Stream stream, std::string_view piece) {
    if (stream == Stream::out && piece == "first\n") write_file(seen, "yes");
  };
  const ProcessResult result = OnThisMachine().run(
      script("echo first; while [ ! -f '" + seen + "' ]; do sleep 0.01; done; echo second"), sink);
  EXPECT_EQ(result.out, "first\nsecond\n");
}

TEST(Processes, ReportTheStreamOfOutput) {
  std::string errors;
  OnThisMachine().run(script("echo out; echo err >&2"), [&](Stream stream, std::string_view piece) {
    if (stream == Stream::err) errors += piece;
  });
  EXPECT_EQ(errors, "err\n");
}

TEST(Processes, ResetSigpipe) { EXPECT_EQ(OnThisMachine().sh("kill -PIPE $$").status, 128 + SIGPIPE); }

TEST(Processes, TimeoutKills) {
  Process process = script("echo begun; exec sleep 1000");
  process.timeout = 200ms;
  const ProcessResult result = OnThisMachine().run(process);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.status, 128 + SIGKILL);
  EXPECT_EQ(result.out, "begun\n");
}

TEST(Processes, TimeoutKillsProcessGroup) {
  const test::Folder folder;
  const std::string pid_file = folder / "pid";
  Process process = script("sleep 1000 & echo $! > '" + pid_file + "'; wait");
  process.timeout = 500ms;
  EXPECT_TRUE(OnThisMachine().run(process).timed_out);
  EXPECT_TRUE(ends(strip(read_file(pid_file))));
}

TEST(Processes, TimeoutKillsDescendantsOnTheTerminal) {
  const test::Folder folder;
  const std::string pid_file = folder / "pid";
  Process process = script("sh -c 'sleep 1000 & echo $! > \"" + pid_file + "\"; wait'; true");
  process.terminal = Terminal::shared;
  process.timeout = 500ms;
  EXPECT_TRUE(OnThisMachine().run(process).timed_out);
  EXPECT_TRUE(ends(strip(read_file(pid_file))));
}

TEST(Processes, OutputLimitKills) {
  Process process = script("exec yes");
  process.max_output = 1000;
  const ProcessResult result = OnThisMachine().run(process);
  EXPECT_TRUE(result.output_limit_exceeded);
  EXPECT_EQ(result.status, 128 + SIGKILL);
}

TEST(Processes, TimeoutKillsAfterClosedOutput) {
  Process process = script("exec >&- 2>&-; exec sleep 1000");
  process.timeout = 200ms;
  EXPECT_TRUE(OnThisMachine().run(process).timed_out);
}

TEST(Processes, ReadInputAfterClosedOutput) {
  const test::Folder folder;
  Process process = script("exec 2>&-; exec cat > '" + (folder / "got").string() + "'");
  process.input = std::string(1'000'000, 'x');
  OnThisMachine machine;
  const test::Deadline deadline(machine.interruption);
  machine.run(process);
  EXPECT_EQ(read_file(folder / "got").size(), 1'000'000u);
}

TEST(Processes, AreInterruptedAfterClosedOutput) {
  const test::Folder folder;
  OnThisMachine machine;
  const Interrupter interrupter(machine.interruption, folder / "pid");
  const std::string text = "exec >&- 2>&-; echo $$ > '" + (folder / "pid").string() + "'; exec sleep 1000";
  EXPECT_THROW(machine.run(script(text)), Interrupted);
}

TEST(Processes, OutputLimitDoesNotWaitForDescendants) {
  const test::Folder folder;
  const std::string pid_file = folder / "pid";
  OnThisMachine machine;
  const test::Deadline deadline(machine.interruption);
  Process process = script("(until [ -s '" + pid_file + "' ]; do sleep 0.01; done; exec yes) & echo $! > '" +
                           pid_file + "'; wait");
  process.max_output = 1000;
  EXPECT_TRUE(machine.run(process).output_limit_exceeded);
  EXPECT_TRUE(ends(wait_for_text(pid_file)));
}

TEST(Processes, UnblockSignals) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const ProcessResult result = OnThisMachine().sh("kill -TERM $$; echo alive");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(result.status, 143);
  EXPECT_EQ(result.out, "");
}

TEST(Processes, WithinTimeoutSurvive) {
  Process process = script("echo done");
  process.timeout = 100s;
  const ProcessResult result = OnThisMachine().run(process);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.out, "done\n");
}

TEST(Processes, ForwardSignals) {
  const test::Folder folder;
  OnThisMachine machine;
  const Interrupter interrupter(machine.interruption, folder / "pid");
  const std::string text = "trap 'echo TERM > " + (folder / "got").string() + "; exit' TERM; echo $$ > " +
                           (folder / "pid").string() + "; while :; do sleep 0.01; done";
  EXPECT_THROW(machine.run(script(text)), Interrupted);
  EXPECT_EQ(read_file(folder / "got"), "TERM\n");
}

TEST(Processes, ForwardSignalsToProcessGroup) {
  const test::Folder folder;
  OnThisMachine machine;
  const Interrupter interrupter(machine.interruption, folder / "pid");
  Process process = script("sleep 1000 & echo $! > '" + (folder / "pid").string() + "'; wait");
  process.timeout = 100s;
  EXPECT_THROW(machine.run(process), Interrupted);
  EXPECT_TRUE(ends(strip(read_file(folder / "pid"))));
}

TEST(Processes, ReportTheInterruptingSignal) {
  OnThisMachine machine;
  machine.interruption.request(SIGHUP);
  try {
    machine.sh("true");
    FAIL() << "not interrupted";
  } catch (const Interrupted& interrupted) {
    EXPECT_EQ(interrupted.signal, SIGHUP);
  }
}

TEST(Processes, DoNotStartInAnInterruptedRun) {
  const test::Folder folder;
  OnThisMachine machine;
  machine.interruption.request(SIGINT);
  EXPECT_THROW(machine.sh("touch '" + (folder / "started").string() + "'"), Interrupted);
  EXPECT_FALSE(std::filesystem::exists(folder / "started"));
}

TEST(Processes, RunAgainDuringTheCleanUpOfAnInterruptedRun) {
  OnThisMachine machine;
  machine.interruption.request(SIGINT);
  const CleanUp clean_up(machine.interruption);
  EXPECT_EQ(machine.sh("echo done").out, "done\n");
}

TEST(Processes, DoNotWaitForDescendants) {
  // Nobody else holds the streams, so there is no reason to wait for it.
  const ProcessResult result = OnThisMachine().sh("sleep 1000 > /dev/null 2>&1 & echo $!");
  EXPECT_EQ(result.status, 0);
  kill(std::stoi(strip(result.out)), SIGKILL);
}

TEST(Processes, DoNotWaitForDescendantsThatKeepTheirOutput) {
  OnThisMachine machine;
  const test::Deadline deadline(machine.interruption, 5s);
  const ProcessResult result = machine.sh("echo start; sleep 29 & echo end; exit 3");
  EXPECT_EQ(result.out, "start\nend\n");
  EXPECT_EQ(result.status, 3);
}

TEST(Processes, DoNotWaitForDescendantsThatPrint) {
  OnThisMachine machine;
  const test::Deadline deadline(machine.interruption, 5s);
  EXPECT_EQ(machine.sh("(while echo x && sleep 0.01; do :; done) & exit 3").status, 3);
}

TEST(Processes, CollectWhatIsPrintedAfterALongSilence) {
  EXPECT_EQ(OnThisMachine().sh("sleep 0.3; echo end").out, "end\n");
  EXPECT_EQ(OnThisMachine().sh("(sleep 0.05; echo end) &").out, "end\n");
}

// Says in `file` that SIGTERM, not SIGKILL, ended it.
std::string sleeps_until_stopped(const std::filesystem::path& file) {
  return fmt::format("trap 'touch {}; exit 1' TERM; sleep 29 & wait", file.string());
}

TEST(InterruptedProcesses, PassTheSignalToTheChildThatAShellWaitsFor) {
  OnThisMachine machine;
  const test::Folder folder;
  const Interrupter interrupter(machine.interruption, folder / "pid");
  EXPECT_THROW(machine.sh(fmt::format("trap 'exit 1' TERM; sh -c {} & echo $! >{}; wait $!; exit 1",
                                      shell_quote("echo $$; " + sleeps_until_stopped(folder / "stopped")),
                                      (folder / "pid").string())),
               Interrupted);
  EXPECT_TRUE(std::filesystem::exists(folder / "stopped"));
}

TEST(InterruptedProcesses, AreTerminatedWhenTheTimeOfACleanUpIsUp) {
  OnThisMachine machine;
  const CleanUp clean_up(machine.interruption, 200ms);
  const test::Folder folder;
  EXPECT_THROW(machine.sh(sleeps_until_stopped(folder / "stopped")), Interrupted);
  EXPECT_TRUE(std::filesystem::exists(folder / "stopped"));
}

TEST(InterruptedProcesses, AreNamedWhileTheyAreWaitedFor) {
  Interruption interruption;
  std::vector<std::string> notices;
  SystemProcesses processes(interruption, [&](const std::string& text) { notices.push_back(text); });
  const test::Folder folder;
  const Interrupter interrupter(interruption, folder / "pid");
  EXPECT_THROW(processes.run(script("trap '' TERM; echo $$ >" + (folder / "pid").string() +
                                    "; sleep 1; sleep 0.5; yes | head -c 200000")),
               Interrupted);
  EXPECT_THAT(notices, ::testing::ElementsAre(
                           "Waiting up to 10s for /bin/sh to stop (interrupt again to exit at once)"));
}

TEST(AttachedProcesses, ReturnTheExitStatus) {
  OnThisMachine machine;
  EXPECT_EQ(machine.processes.run_attached(script("exit 5")), 5);
}

TEST(AttachedProcesses, RunInTheirDirectory) {
  OnThisMachine machine;
  const test::Folder folder;
  Process process = script("touch here");
  process.directory = folder.path();
  machine.processes.run_attached(process);
  EXPECT_TRUE(std::filesystem::exists(folder / "here"));
}

TEST(ProcessesOnTheTerminal, KeepStandardErrorOfThisProcess) {
  Process process = script("echo asks >&2; echo answer");
  process.terminal = Terminal::shared;
  ::testing::internal::CaptureStderr();
  const ProcessResult result = OnThisMachine().run(process);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "asks\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out, "answer\n");
}

}  // namespace
}  // namespace kamal
