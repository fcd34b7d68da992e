#include <atomic>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using namespace std::chrono_literals;
using test::Sshd;

class ConnectionLoss : public SshTest {
 protected:
  ConnectionLoss() {
    deadline_.emplace(interruption_);
  }  // a link that is lost unnoticed should not take long to see

  void wait_for(const std::string& file) const {
    EXPECT_TRUE(test::eventually([&] { return std::filesystem::exists(sshd_.home() / file); })) << file;
  }
  // What run() throws.
  template <class Error = ConnectionError>
  std::string failure_of_run(const std::string& text) {
    try {
      run(*server_, text);
    } catch (const Error& error) {
      return error.what();
    }
    return "it runs";
  }

  Sshd sshd_;
  SshSettings settings_ = settings_for(sshd_);
  std::unique_ptr<Backend> backend_;
  Server* server_ = nullptr;

  void open() {
    backend_ = connect(settings_);
    server_ = &backend_->server(Host("127.0.0.1"));
  }
};

TEST_F(ConnectionLoss, IsReportedDuringACommand) {
  open();
  std::jthread killer([&] {
    wait_for("started");
    sshd_.kill_sessions();
  });

  const std::string failure = failure_of_run("touch started; sleep 60");

  EXPECT_NE(failure.find("Lost the connection to 127.0.0.1"), std::string::npos) << failure;
}

TEST_F(ConnectionLoss, IsDetectedByKeepalives) {
  settings_.keepalive_interval = 1s;
  open();
  std::jthread freezer([&] {
    wait_for("started");
    sshd_.freeze_sessions();
  });

  const std::string failure = failure_of_run("touch started; sleep 60");

  EXPECT_NE(failure.find("no response for 4s"), std::string::npos) << failure;
}

// Or it would cost its time again at each thing that a run does to end well.
TEST_F(ConnectionLoss, GivesAFrozenServerUpAfterOneMoreAttempt) {
  settings_.keepalive_interval = 1s;
  settings_.connect_timeout = 2s;
  open();
  std::jthread freezer([&] {
    wait_for("started");
    sshd_.freeze();
  });
  const std::string lost = failure_of_run("touch started; sleep 60");
  freezer.join();

  const std::string attempt = failure_of_run("true");
  sshd_.thaw();

  EXPECT_NE(lost.find("no response for 4s"), std::string::npos) << lost;
  EXPECT_NE(attempt.find("Could not connect to 127.0.0.1"), std::string::npos) << attempt;
  EXPECT_NE(attempt.find("timed out"), std::string::npos) << attempt;
  EXPECT_EQ(failure_of_run("true"), attempt);
}

TEST_F(ConnectionLoss, IsNotAssumedForASilentCommand) {
  settings_.keepalive_interval = 1s;
  open();

  EXPECT_EQ(run(*server_, "sleep 5; echo done").out, "done\n");
}

TEST_F(ConnectionLoss, IsNotAssumedIfTheServerSendsKeepalives) {
  Sshd::Options options;
  options.config = {"ClientAliveInterval 1", "ClientAliveCountMax 1"};
  const Sshd sshd(options);
  const auto backend = connect(settings_for(sshd));

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "sleep 5; echo done").out, "done\n");
}

TEST_F(ConnectionLoss, ReconnectsBetweenCommands) {
  open();
  run(*server_, "true");
  sshd_.kill_sessions();
  const auto is_made_anew = [&] {
    try {
      EXPECT_EQ(run(*server_, "echo again").out, "again\n");
    } catch (const ConnectionError&) {
      // Not noticed yet.
    }
    return sshd_.count_in_log("Accepted publickey") > 1;
  };
  EXPECT_TRUE(test::eventually(is_made_anew));

  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 2);
}

TEST_F(ConnectionLoss, RetriesAnUnreachableServerOnNextUse) {
  sshd_.stop();
  backend_ = connect(settings_);
  EXPECT_NE(failure_of(*backend_, "127.0.0.1").find("connection refused"), std::string::npos);
  sshd_.start();

  EXPECT_EQ(run(backend_->server(Host("127.0.0.1")), "echo in").out, "in\n");
}

TEST_F(ConnectionLoss, ReconnectLogsInAgain) {
  open();
  const std::string before = run(*server_, "echo $PPID").out;

  server_->reconnect();

  EXPECT_NE(run(*server_, "echo $PPID").out, before);
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 2);
}

TEST_F(ConnectionLoss, ReconnectEndsCommandsOfOtherThreads) {
  open();
  std::future<std::string> out = std::async(std::launch::async, [&] {
    return run(*server_, "touch started; while [ ! -e go-on ]; do sleep 0.01; done; echo whole").out;
  });
  wait_for("started");

  server_->reconnect();
  std::ofstream(sshd_.home() / "go-on");

  EXPECT_EQ(out.get(), "whole\n");
}

TEST_F(ConnectionLoss, ASignalEndsTheWaitForACommand) {
  open();
  std::jthread signaller([&] {
    wait_for("started");
    interruption_.request(SIGINT);
  });

  EXPECT_EQ(failure_of_run<Interrupted>("touch started; sleep 60"), "Interrupted");
}

// Sshd forces a command here, so that it passes no signals on.
TEST_F(ConnectionLoss, AListThatWasInterruptedEndsWithTheNextOne) {
  open();
  Heard heard;
  heard.on_line = [&](const Heard::Line&) { interruption_.request(SIGTERM); };
  EXPECT_THROW(
      server_->run({shell("sleep 60 & echo $! > sleeper; echo started; wait"), shell("touch later")}, heard),
      Interrupted);
  pid_t sleeper = 0;
  std::ifstream(sshd_.home() / "sleeper") >> sleeper;
  ASSERT_GT(sleeper, 0);

  const CleanUp clean_up(interruption_);
  EXPECT_EQ(run(*server_, "echo cleaned").out, "cleaned\n");

  EXPECT_TRUE(test::eventually([&] { return kill(sleeper, 0) != 0; }));
  EXPECT_FALSE(std::filesystem::exists(sshd_.home() / "later"));
}

// What acquires a lock does: if the next list overtook it, nobody would release that.
TEST_F(ConnectionLoss, AnInterruptedListThatIgnoresTheSignalEndsBeforeTheNextOneBegins) {
  open();
  Heard heard;
  heard.on_line = [&](const Heard::Line&) { interruption_.request(SIGTERM); };
  EXPECT_THROW(server_->run({shell("trap '' TERM; echo started; sleep 0.7; touch locked")}, heard),
               Interrupted);

  const CleanUp clean_up(interruption_);
  EXPECT_EQ(run(*server_, "ls locked").out, "locked\n");
}

// The list begins while sshd, stopped, can't say so.
TEST_F(ConnectionLoss, AListThatWasInterruptedUnseenEndsWithTheNextOne) {
  open();
  const pid_t shell_of_the_list = std::stoi(run(*server_, "echo $$").out);
  kill(shell_of_the_list, SIGSTOP);
  std::jthread signaller([&] {
    std::this_thread::sleep_for(300ms);  // for the list to arrive
    sshd_.freeze_sessions();
    kill(shell_of_the_list, SIGCONT);
    wait_for("sleeper");
    interruption_.request(SIGTERM);
  });
  EXPECT_THROW(run(*server_, "sleep 60 & echo $! > new; mv new sleeper; wait"), Interrupted);
  signaller.join();
  for (const pid_t session : sshd_.sessions()) kill(session, SIGCONT);
  pid_t sleeper = 0;
  std::ifstream(sshd_.home() / "sleeper") >> sleeper;
  ASSERT_GT(sleeper, 0);

  const CleanUp clean_up(interruption_);
  EXPECT_EQ(run(*server_, "echo cleaned").out, "cleaned\n");

  EXPECT_TRUE(test::eventually([&] { return kill(sleeper, 0) != 0; }, 5s));
}

// The next list is refused a shell of its own and waits for that of another list, which a slow listener kept
// from being interrupted.
TEST_F(ConnectionLoss, AListThatWasInterruptedEndsAfterARefusedShell) {
  Sshd::Options options;
  options.config = {"MaxSessions 2"};
  const Sshd sshd(options);
  backend_ = connect(settings_for(sshd));
  server_ = &backend_->server(Host("127.0.0.1"));
  std::promise<void> clean_up_began;
  Heard held_up;
  std::promise<void> other_began;
  held_up.on_line = [&](const Heard::Line&) {
    other_began.set_value();
    clean_up_began.get_future().wait_for(test::patience);
  };
  std::future<void> other = std::async(std::launch::async, [&] {
    server_->run({shell("echo line; while [ ! -e go-on ]; do sleep 0.01; done")}, held_up);
  });
  ASSERT_EQ(other_began.get_future().wait_for(test::patience), std::future_status::ready);
  Heard heard;
  heard.on_line = [&](const Heard::Line&) { interruption_.request(SIGTERM); };
  EXPECT_THROW(server_->run({shell("sleep 60 & echo $! > sleeper; echo started; wait")}, heard), Interrupted);
  pid_t sleeper = 0;
  std::ifstream(sshd.home() / "sleeper") >> sleeper;
  ASSERT_GT(sleeper, 0);

  const CleanUp clean_up(interruption_);
  clean_up_began.set_value();
  std::future<std::string> next =
      std::async(std::launch::async, [&] { return run(*server_, "echo cleaned").out; });
  EXPECT_TRUE(test::eventually([&] { return sshd.count_in_log("no more sessions") > 0; }));
  std::ofstream(sshd.home() / "go-on");

  EXPECT_EQ(next.get(), "cleaned\n");
  other.get();
  EXPECT_TRUE(test::eventually([&] { return kill(sleeper, 0) != 0; }, 5s));
}

TEST_F(ConnectionLoss, ASignalSkipsLaterSteps) {
  open();
  std::jthread signaller([&] {
    wait_for("started");
    interruption_.request(SIGTERM);
  });
  Heard heard;
  EXPECT_THROW(
      server_->run({shell("echo $$ > shell; touch started; while [ ! -e go-on ]; do sleep 0.01; done"),
                    shell("touch later")},
                   heard),
      Interrupted);
  signaller.join();

  pid_t shell_of_the_list = 0;
  std::ifstream(sshd_.home() / "shell") >> shell_of_the_list;
  ASSERT_GT(shell_of_the_list, 0);
  std::ofstream(sshd_.home() / "go-on");

  EXPECT_TRUE(test::eventually([&] { return kill(shell_of_the_list, 0) != 0; }));
  EXPECT_FALSE(std::filesystem::exists(sshd_.home() / "later"));
}

TEST_F(ConnectionLoss, CleanUpAfterASignalNeedsNoNewLogin) {
  open();
  run(*server_, "true");
  interruption_.request(SIGINT);
  EXPECT_THROW(run(*server_, "true"), Interrupted);

  const CleanUp clean_up(interruption_);

  EXPECT_EQ(run(*server_, "echo cleaned").out, "cleaned\n");
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 1);
}

TEST_F(ConnectionLoss, ASignalEndsTheWaitForAConnection) {
  const auto began = home_.path() / "began";
  std::jthread signaller([&] {
    EXPECT_TRUE(test::eventually([&] { return std::filesystem::exists(began); }));
    interruption_.request(SIGINT);
  });
  SshSettings nowhere = settings_;
  nowhere.proxy_command = "touch " + began.string() + "; sleep 60";
  const auto backend = connect(nowhere);

  EXPECT_THROW(backend->server(Host("127.0.0.1")), Interrupted);
}

TEST_F(ConnectionLoss, CleanUpAfterASignalRetriesAnInterruptedLogin) {
  const std::string began = (home_.path() / "began").string();
  SshSettings slow_at_first = settings_;
  slow_at_first.proxy_command = "if [ -e " + began + " ]; then exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/" +
                                std::to_string(sshd_.port()) + "; cat <&3 & exec cat >&3'; fi; touch " +
                                began + "; exec sleep 60";
  const auto backend = connect(slow_at_first);
  const Host host("127.0.0.1");
  backend->prepare({host});
  ASSERT_TRUE(test::eventually([&] { return std::filesystem::exists(began); }));
  interruption_.request(SIGINT);
  ASSERT_TRUE(test::eventually([&] { return backend->has_failed(host); }));

  const CleanUp clean_up(interruption_);
  EXPECT_EQ(run(backend->server(host), "echo cleaned").out, "cleaned\n");
}

TEST_F(ConnectionLoss, ClosesCleanlyMidRun) {
  open();
  SshSettings nowhere = settings_;
  nowhere.proxy_command = "sleep 60";
  auto starting = connect(nowhere);
  starting->prepare({Host("127.0.0.2"), Host("127.0.0.3")});
  std::jthread worker([&] { EXPECT_THROW(run(*server_, "touch started; sleep 60"), Interrupted); });
  wait_for("started");
  interruption_.request(SIGINT);
  worker.join();

  starting.reset();
  backend_.reset();
}

TEST_F(ConnectionLoss, DoesNotDelayTheEndAfterInterruptedUploads) {
  constexpr int count = 8;  // enough to fill the buffers of the connection
  settings_.keepalive_interval = 60s;
  open();
  const std::string large(8 << 20, 'x');
  std::latch shells_opened(count), frozen(1);
  std::vector<std::jthread> uploads;
  for (int i = 0; i < count; ++i) {
    uploads.emplace_back([&] {
      EXPECT_TRUE(run(*server_, "sleep 1").ok());  // so that each has a shell
      shells_opened.count_down();
      frozen.wait();
      Heard heard;
      EXPECT_THROW(server_->run({Step::upload(large, "large", 0600)}, heard), Interrupted);
    });
  }
  shells_opened.wait();
  sshd_.freeze_sessions();
  frozen.count_down();
  std::this_thread::sleep_for(500ms);  // until the server takes no more
  interruption_.request(SIGINT);
  uploads.clear();

  const auto end = std::async(std::launch::async, [&] { backend_.reset(); });

  EXPECT_EQ(end.wait_for(test::patience), std::future_status::ready);
  sshd_.kill_sessions();
}

TEST_F(ConnectionLoss, EndsTheWaitForAForwardedPort) {
  settings_.keepalive_interval = 1s;
  open();
  run(*server_, "true");
  sshd_.freeze_sessions();
  try {
    server_->forward_to_local(1, 1);
    FAIL() << "it forwards";
  } catch (const ConnectionError& error) {
    EXPECT_NE(std::string(error.what()).find("no response for 4s"), std::string::npos) << error.what();
  }
}

TEST_F(ConnectionLoss, ReportsARequestWithoutReply) {
  settings_.connect_timeout = 3s;
  open();
  run(*server_, "true");
  sshd_.freeze_sessions();
  try {
    server_->stream(Command{"true"}, [](Stream, std::string_view) { return true; });
    FAIL() << "it runs";
  } catch (const ConnectionError& error) {
    EXPECT_NE(std::string(error.what()).find("timed out"), std::string::npos) << error.what();
  }
}

TEST_F(ConnectionLoss, IsReportedRatherThanAMissingReply) {
  open();
  run(*server_, "true");
  sshd_.freeze_sessions();
  std::jthread killer([&] {
    std::this_thread::sleep_for(200ms);  // for the request to be on its way
    sshd_.kill_sessions();
  });
  try {
    server_->stream(Command{"true"}, [](Stream, std::string_view) { return true; });
    FAIL() << "it runs";
  } catch (const ConnectionError& error) {
    EXPECT_NE(std::string(error.what()).find("Lost the connection to 127.0.0.1"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace kamal::sshkit
