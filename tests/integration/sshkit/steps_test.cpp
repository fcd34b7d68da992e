#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "integration/sshkit/fixture.h"
#include "support/there.h"

namespace kamal::sshkit {
namespace {

using testing::Sshd;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One sshd for each shell that a server may have as login shell and as `sh`.
class StepsOnShell : public SshTest, public ::testing::WithParamInterface<const char*> {
 protected:
  static Sshd::Options options() {
    const std::string shell = GetParam();
    Sshd::Options options;
    if (shell == "bash") options.shell = shell;
    if (shell == "dash" || shell == "bash") return options;
    // `sh` is found on PATH, so that is where another one is put.
    options.session_prologue = "mkdir -p \"$HOME/../bin\" && ln -sf $(command -v " + shell +
                               ") \"$HOME/../bin/sh\"\nPATH=$HOME/../bin:$PATH\nexport PATH";
    return options;
  }

  void SetUp() override {
    if (std::system(("command -v " + std::string(GetParam()) + " >/dev/null").c_str()) != 0)
      GTEST_SKIP() << GetParam() << " is not installed";
    sshd_ = std::make_unique<Sshd>(options());
    backend_ = connect(settings_for(*sshd_));
    server_ = &backend_->server(Host("127.0.0.1"));
  }

  std::string file(const std::string& name) const { return text_of(sshd_->home() / name); }
  struct stat status(const std::string& name) const {
    struct stat found {};
    stat((sshd_->home() / name).c_str(), &found);
    return found;
  }
  mode_t mode(const std::string& name) const { return status(name).st_mode & 07777; }
  StepResult upload_in_place(const std::string& content, const std::string& name,
                             std::optional<mode_t> mode) {
    const Step step = Step::upload(content, name, mode, UploadMode::in_place);
    return server_->run({step}, heard_).at(0);
  }

  std::unique_ptr<Sshd> sshd_;
  std::unique_ptr<Backend> backend_;
  Server* server_ = nullptr;
  Heard heard_;
};

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

TEST_P(StepsOnShell, UploadBytesWithAMode) {
  std::string bytes;
  for (int i = 0; i < 256 * 40; ++i) bytes += static_cast<char>(i);

  const auto results = server_->run({Step::upload(bytes, "file with 'quotes'", 0640)}, heard_);

  EXPECT_EQ(results.at(0).status, 0) << results.at(0).err;
  EXPECT_EQ(file("file with 'quotes'"), bytes);
  EXPECT_EQ(mode("file with 'quotes'"), 0640u);
}

TEST_P(StepsOnShell, UploadWithTheUmask) {
  server_->run({Step::upload("text", "${PWD}/new")}, heard_);

  EXPECT_EQ(file("new"), "text");
  EXPECT_EQ(mode("new"), 0644u);
}

TEST_P(StepsOnShell, KeepTheModeOfAReplacedFile) {
  run(*server_, "echo old > file; chmod 751 file");

  server_->run({Step::upload("new", "file")}, heard_);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0751u);
}

TEST_P(StepsOnShell, KeepTheOwnerOfAReplacedFile) {
  if (getuid() != 0) GTEST_SKIP() << "only root gives files to others";
  run(*server_, "echo old > file; chown 1234:1235 file");

  server_->run({Step::upload("new", "file", 0640)}, heard_);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(status("file").st_uid, 1234u);
  EXPECT_EQ(status("file").st_gid, 1235u);
}

TEST_P(StepsOnShell, UploadThroughASymbolicLink) {
  run(*server_, "mkdir real; echo old > real/file; ln -s real/file link");

  server_->run({Step::upload("new", "link")}, heard_);

  EXPECT_EQ(file("real/file"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(sshd_->home() / "link"));
}

TEST_P(StepsOnShell, UploadInPlaceKeepsTheInode) {
  run(*server_, "echo something old > file; chmod 640 file");
  const ino_t before = status("file").st_ino;

  EXPECT_EQ(upload_in_place("new", "file", {}).status, 0);

  EXPECT_EQ(status("file").st_ino, before);
  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0640u);
}

TEST_P(StepsOnShell, UploadInPlaceWithAMode) {
  run(*server_, "echo old > file; chmod 640 file");

  EXPECT_EQ(upload_in_place("new", "file", 0600).status, 0);

  EXPECT_EQ(mode("file"), 0600u);
}

TEST_P(StepsOnShell, UploadInPlaceNarrowsTheModeBeforeTheContentArrives) {
  run(*server_, "mkfifo file; chmod 644 file");
  mode_t mode_of_first_byte = 0;
  std::jthread reader([&] {
    std::ifstream pipe(sshd_->home() / "file");  // waits for the writer
    if (pipe.get() == 's') mode_of_first_byte = mode("file");
  });

  EXPECT_EQ(upload_in_place("secret", "file", 0600).status, 0);

  { const std::fstream writer_for_a_reader_left_waiting(sshd_->home() / "file"); }
  reader.join();
  EXPECT_EQ(mode_of_first_byte, 0600u);
}

TEST_P(StepsOnShell, UploadInPlaceAcceptsAReadOnlyMode) {
  run(*server_, "echo old > file; chmod 640 file");

  EXPECT_EQ(upload_in_place("new", "file", 0440).status, 0);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0440u);
}

TEST_P(StepsOnShell, UploadInPlaceCreatesAMissingFile) {
  EXPECT_EQ(upload_in_place("new", "file", {}).status, 0);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0644u);
}

TEST_P(StepsOnShell, UploadInPlaceLeavesNoTemporaryFile) {
  run(*server_, "echo old > file");

  upload_in_place("new", "file", {});

  EXPECT_EQ(run(*server_, "ls -A").out, "file\n");
}

TEST_P(StepsOnShell, FailToUploadWithoutADirectory) {
  const auto results = server_->run({Step::upload("x", "no/such/file"), shell("touch ran")}, heard_);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_NE(results.at(0).status, 0);
  EXPECT_NE(results.at(0).err.find("no/such/file"), std::string::npos);
}

TEST_P(StepsOnShell, RefuseToReplaceADirectory) {
  run(*server_, "mkdir directory");

  const auto results = server_->run({Step::upload("x", "directory")}, heard_);

  EXPECT_NE(results.at(0).status, 0);
  EXPECT_EQ(results.at(0).err, "directory: Is a directory\n");
  EXPECT_EQ(run(*server_, "ls -A directory").out, "");
}

TEST_P(StepsOnShell, UploadLeavesNoTemporaryFile) {
  server_->run({Step::upload("", "empty", 0600)}, heard_);

  EXPECT_EQ(run(*server_, "ls -A").out, "empty\n");
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

INSTANTIATE_TEST_SUITE_P(Shells, StepsOnShell, ::testing::Values("dash", "bash", "busybox"),
                         [](const auto& shell) { return std::string(shell.param); });

class Steps : public SshTest {
 protected:
  Sshd sshd_;
  std::unique_ptr<Backend> backend_ = connect(settings_for(sshd_));
  Server& server_ = backend_->server(Host("127.0.0.1"));
  Heard heard_;
};

TEST_F(Steps, ForwardLinesWhileTheCommandRuns) {
  std::atomic<bool> seen = false;
  heard_.on_line = [&](const Heard::Line& line) {
    if (line.text == "first") {
      seen = true;
      std::ofstream(sshd_.home() / "go-on");
    }
  };

  server_.run({shell("echo first; while [ ! -e go-on ]; do sleep 0.01; done")}, heard_);

  EXPECT_TRUE(seen);
}

TEST_F(Steps, UploadALargeFile) {
  std::string bytes(5'000'000, 'k');
  for (size_t i = 0; i < bytes.size(); i += 7) bytes[i] = static_cast<char>(i);

  const auto results = server_.run({Step::upload(bytes, "large", 0600)}, heard_);

  EXPECT_EQ(results.at(0).status, 0) << results.at(0).err;
  EXPECT_EQ(text_of(sshd_.home() / "large"), bytes);
}

TEST_F(Steps, RunInParallelOnOneConnection) {
  std::vector<std::future<std::string>> outputs;
  for (const std::string number : {"0", "1", "2", "3", "4", "5"}) {
    // Each waits for all the others.
    outputs.push_back(std::async(std::launch::async, [&, number] {
      return run(server_, "touch at-" + number +
                              "; while [ $(ls at-* | wc -l) -lt 6 ]; do sleep 0.01; done; echo " + number)
          .text();
    }));
  }
  std::string numbers;
  for (auto& output : outputs) numbers += output.get();

  EXPECT_EQ(numbers, "012345");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 1);
}

TEST_F(Steps, WaitForAFreeShell) {
  EXPECT_EQ(outputs_of_threads(server_, 30), std::string(30, 'x'));
  EXPECT_LE(sshd_.count_in_log("Starting session"), 8);
}

TEST_F(Steps, ShareTheShellsThatTheServerAllows) {
  Sshd::Options options;
  options.config = {"MaxSessions 2"};
  const Sshd sshd(options);
  const auto backend = connect(settings_for(sshd));
  Server& server = backend->server(Host("127.0.0.1"));
  EXPECT_EQ(outputs_of_threads(server, 12), std::string(12, 'x'));
}

TEST_F(Steps, RunInBashIfThatIsTheLoginShell) {
  Sshd::Options options;
  options.shell = "bash";
  const Sshd sshd(options);
  const auto backend = connect(settings_for(sshd));

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "[[ abc == a* ]] && echo {1..3} ${HOSTNAME:+named}").out,
            "1 2 3 named\n");
}

TEST_F(Steps, ReportAServerThatRefusesCommands) {
  Sshd::Options options;
  options.session_prologue = "echo 'This account is currently not available.'; exit 1";
  const Sshd sshd(options);
  const auto backend = connect(settings_for(sshd));

  const StepResult result = run(backend->server(Host("127.0.0.1")), "echo x");

  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "This account is currently not available.\n");
}

TEST_F(SshTest, ReportsAServerThatAllowsNoSessions) {
  Sshd::Options options;
  options.config = {"MaxSessions 0"};
  const Sshd sshd(options);
  const auto backend = connect(settings_for(sshd));
  try {
    run(backend->server(Host("127.0.0.1")), "true");
    FAIL() << "it runs";
  } catch (const ConnectionError& error) {
    EXPECT_NE(std::string(error.what()).find("127.0.0.1 refused to open a shell: "), std::string::npos)
        << error.what();
  }
}

// The decoder looks at the file that it writes to.
TEST_F(SshTest, HidesAnUploadInProgressFromOthers) {
  Sshd::Options options;
  options.session_prologue = "PATH=$HOME/../bin:$PATH\nexport PATH";
  const Sshd sshd(options);
  const std::filesystem::path programs = sshd.home().parent_path() / "bin";
  std::filesystem::create_directory(programs);
  std::ofstream(programs / "base64")
      << "#!/bin/sh\nstat -c %a * >../modes\nPATH=${PATH#*:}\nexec base64 \"$@\"\n";
  std::filesystem::permissions(programs / "base64", std::filesystem::perms::owner_all);
  const auto backend = connect(settings_for(sshd));
  Heard heard;

  backend->server(Host("127.0.0.1")).run({Step::upload("secret", "file", 0644)}, heard);

  EXPECT_EQ(text_of(sshd.home() / "file"), "secret");
  EXPECT_EQ(text_of(sshd.home().parent_path() / "modes"), "600\n");
}

}  // namespace
}  // namespace kamal::sshkit
