#include <atomic>
#include <fstream>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using test::Sshd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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

class StartupFiles : public SshTest {
 protected:
  // Of a list on a server whose sessions start with this script.
  std::string failure_with(const std::string& prologue) {
    Sshd::Options options;
    options.session_prologue = prologue;
    const Sshd sshd(options);
    SshSettings settings = settings_for(sshd);
    settings.shell_notice = std::chrono::seconds(1);
    settings.shell_timeout = timeout_;
    const auto backend = connect(settings);
    try {
      backend->server(Host("127.0.0.1")).run({shell("echo hello"), shell("echo bye")}, heard_);
    } catch (const ConnectionError& error) {
      return error.what();
    }
    return "";
  }

  std::chrono::seconds timeout_{2};
  Heard heard_;
};

constexpr const char* startup_files = "startup files (~/.profile, ~/.bashrc) may hang or read standard input";

TEST_F(StartupFiles, AreNamedIfTheyHang) {
  EXPECT_EQ(failure_with("sleep 10"), std::string("No shell on 127.0.0.1 within 2s: ") + startup_files);
  EXPECT_THAT(heard_.waits,
              ElementsAre(std::string("Still waiting for a shell on 127.0.0.1 after 1s: ") + startup_files));
}

TEST_F(StartupFiles, AreNamedIfTheyReadStandardInput) {
  EXPECT_THAT(failure_with("cat >/dev/null"), HasSubstr(startup_files));
  EXPECT_THAT(failure_with("read -r line"), HasSubstr(startup_files));
}

TEST_F(StartupFiles, MayTakeAMoment) {
  timeout_ = std::chrono::seconds(20);  // a slow machine's shell does not fail this
  EXPECT_EQ(failure_with("sleep 1.2"), "");
  EXPECT_THAT(heard_.waits, SizeIs(1));
  EXPECT_THAT(heard_.lines, SizeIs(2));
}

TEST_F(StartupFiles, DoNotMatterForLongCommands) {
  const Sshd sshd;
  SshSettings settings = settings_for(sshd);
  settings.shell_notice = settings.shell_timeout = std::chrono::seconds(5);
  const auto backend = connect(settings);
  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "sleep 5.5; echo end").out, "end\n");
}

// A child in the background keeps the streams of its shell.
TEST_F(Steps, DoNotWaitForBackgroundProcesses) {
  const auto results = server_.run({shell("sleep 29 & echo $!"), shell("echo second")}, heard_);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(kill(std::stoi(results[0].out), SIGKILL), 0) << "it has waited for the background process";
}

}  // namespace
}  // namespace kamal::sshkit
