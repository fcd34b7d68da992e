#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "kamal/support/process.h"
#include "support/sshd.h"
#include "support/waiting.h"

// The deploy lock, between whole runs of the program over SSH.
namespace kamal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Hosts first, second and third: addresses of one sshd, each with a home directory of its own. The docker of
// a host is busy while the host has a file `hold`.
class LockOverSsh : public ::testing::Test {
 protected:
  LockOverSsh() {
    for (const char* host : {"first", "second", "third"}) fs::create_directories(home(host));
    fs::create_directories(sshd_.home() / "bin");
    write(sshd_.home() / "bin/docker",
          "#!/bin/sh\ntouch busy\nfor i in $(seq 600); do [ -e hold ] || exit 0; sleep 0.05; done\n");
    fs::permissions(sshd_.home() / "bin/docker", fs::perms::owner_all);
    fs::create_directories(project() / "config");
    configure("first");
    std::string ssh_config;
    for (const auto& [name, number] : {std::pair{"first", 1}, {"second", 2}, {"third", 3}}) {
      ssh_config += "Host " + std::string(name) + "\nHostName 127.0.0." + std::to_string(number) + "\n";
    }
    write(project() / "ssh_config", ssh_config + "Host dead\nProxyCommand false\n");
  }

  // With this host as the first one.
  void configure(const std::string& first) {
    write(project() / "config/deploy.yml",
          "service: shop\nimage: acme/shop\nservers: [ " + first + ", second, third ]\n" +
              "registry: { username: robot, password: sesame }\nbuilder: { arch: amd64 }\n" +
              "ssh: { port: " + std::to_string(sshd_.port()) + ", user: " + getpwuid(geteuid())->pw_name +
              ", keys: [ " + sshd_.key().string() + " ], keys_only: true, config: ssh_config }\n");
  }

  Process kamal(const std::vector<std::string>& arguments) const {
    Process process;
    process.argv = {KAMAL_PROGRAM};
    process.argv.insert(process.argv.end(), arguments.begin(), arguments.end());
    process.directory = project();
    process.env = {{"HOME", project().string()}};
    return process;
  }
  Process stop_app_on(const std::string& host) const {
    return kamal({"app", "stop", "--version", "v1", "-h", host});
  }
  ProcessResult run(const Process& process) { return SystemProcesses(interruption_).run(process); }

  // A run that holds the lock until it is killed or `hold` is removed.
  pid_t start_holding(const std::string& host) {
    write(home(host) / "hold", "");
    std::vector<std::string> argv = {"env", "-C", project(), "HOME=" + project().string()};
    const std::vector<std::string> command = stop_app_on(host).argv;
    argv.insert(argv.end(), command.begin(), command.end());
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
      dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
      execvp(words[0], words.data());
      _exit(127);
    }
    EXPECT_TRUE(test::eventually([&] { return fs::exists(home(host) / "busy"); }));
    return pid;
  }
  static int wait_for(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
  }

  bool locked(const std::string& host) const { return fs::exists(home(host) / ".kamal/lock-shop"); }
  static void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
  fs::path project() const { return folder_.path(); }
  fs::path home(const std::string& host) const {
    const char* const address = host == "first" ? "127.0.0.1" : host == "second" ? "127.0.0.2" : "127.0.0.3";
    return sshd_.home() / address;
  }

  test::TemporaryFolder folder_;
  test::Sshd sshd_{{.session_prologue =
                        "PATH=$HOME/bin:$PATH\nHOME=$HOME/$(echo $SSH_CONNECTION | cut -d' ' -f3)\n"
                        "export PATH HOME\ncd \"$HOME\""}};
  Interruption interruption_;
  test::Deadline deadline_{interruption_, 3 * test::patience};
};

TEST_F(LockOverSsh, KeepsOutARunOnOtherHosts) {
  const pid_t holding = start_holding("second");
  const ProcessResult other = run(stop_app_on("third"));
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, AllOf(HasSubstr("Deploy lock found."), HasSubstr(" on first, version v1"),
                               HasSubstr("If it is stale, run `kamal lock release -h second`")));
  EXPECT_FALSE(fs::exists(home("third") / "busy"));
  fs::remove(home("second") / "hold");
  EXPECT_EQ(wait_for(holding), 0);
  EXPECT_FALSE(locked("first"));
  EXPECT_FALSE(locked("second"));
  EXPECT_EQ(run(stop_app_on("third")).status, 0);
}

TEST_F(LockOverSsh, OfAKilledRunIsReleasedByTheCommandThatTheNextOneNames) {
  const pid_t holding = start_holding("second");
  kill(holding, SIGKILL);
  wait_for(holding);
  fs::remove(home("second") / "hold");
  const ProcessResult next = run(stop_app_on("third"));
  EXPECT_EQ(next.status, 1);
  EXPECT_THAT(next.err, HasSubstr("(process " + std::to_string(holding) +
                                  " on this machine) was killed; to release the lock, run `kamal lock "
                                  "release -h second`"));
  EXPECT_TRUE(locked("first"));
  EXPECT_TRUE(locked("second"));
  EXPECT_EQ(run(kamal({"lock", "release", "-h", "second"})).status, 0);
  EXPECT_FALSE(locked("first"));
  EXPECT_FALSE(locked("second"));
}

TEST_F(LockOverSsh, IsRemovedByTheCommandsOfKamal) {
  const pid_t holding = start_holding("first");
  EXPECT_TRUE(fs::exists(home("first") / ".kamal/lock-shop/holder"));
  Process remove;
  remove.argv = {"sh", "-c", "rm .kamal/lock-shop/details && rm -r .kamal/lock-shop"};
  remove.directory = home("first");
  EXPECT_EQ(run(remove).status, 0);
  EXPECT_FALSE(locked("first"));
  kill(holding, SIGKILL);
  wait_for(holding);
}

TEST_F(LockOverSsh, OfKamalIsShownAndReleased) {
  fs::create_directories(home("first") / ".kamal/lock-shop");
  write(home("first") / ".kamal/lock-shop/details",
        "TG9ja2VkIGJ5OiBHcmFjZSBhdCAyMDI2LTAxLTAyVDAzOjA0OjA1WgpWZXJzaW9uOiB2MApNZXNzYWdl\n"
        "OiBBdXRvbWF0aWMgZGVwbG95IGxvY2s=\n");
  EXPECT_EQ(run(kamal({"lock", "status"})).out,
            "Locked by: Grace at 2026-01-02T03:04:05Z\nVersion: v0\nMessage: Automatic deploy lock\n");
  EXPECT_THAT(run(stop_app_on("second")).err,
              AllOf(HasSubstr("Held by Grace for "), HasSubstr("If it is stale, run `kamal lock release`"),
                    Not(HasSubstr("was killed"))));
  EXPECT_EQ(run(kamal({"lock", "release"})).status, 0);
  EXPECT_FALSE(locked("first"));
}

TEST_F(LockOverSsh, IsOnTheSelectionAloneIfTheFirstHostIsDead) {
  configure("dead");
  const ProcessResult result = run(stop_app_on("second"));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Continuing without the deploy lock on dead: "));
  EXPECT_TRUE(fs::exists(home("second") / "busy"));
  EXPECT_FALSE(locked("second"));
}

TEST_F(LockOverSsh, SaysHowToContinueWithoutItsHost) {
  configure("dead");
  const ProcessResult result = run(kamal({"app", "stop", "--version", "v1"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("The deploy lock is kept on dead. To continue without that host, select "
                                    "the others: -h second,third\n"));
}

}  // namespace
}  // namespace kamal
