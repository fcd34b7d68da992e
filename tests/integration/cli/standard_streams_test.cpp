#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "kamal/support/files.h"
#include "support/sshd.h"
#include "support/waiting.h"

// The program and readers that stop reading.
namespace kamal {
namespace {

class StandardStreams : public ::testing::Test {
 protected:
  struct Pipe {
    Pipe() {
      int ends[2];
      if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
      reader = Fd(ends[0]);
      writer = Fd(ends[1]);
      fcntl(writer.get(), F_SETPIPE_SZ, 4096);
    }
    bool is_full() const {
      int bytes = 0;
      ioctl(reader.get(), FIONREAD, &bytes);
      return bytes == 4096;
    }
    void fill() const {
      const std::string text(4096, 'x');
      if (write(writer.get(), text.data(), text.size()) != 4096) throw std::runtime_error("not filled");
    }
    Fd reader, writer;
  };

  ~StandardStreams() override {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }

  void start(const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = {KAMAL_PROGRAM};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    const std::string directory = folder_.path().string();
    pid_ = fork();
    if (pid_ != 0) return;
    dup2(out_.writer.get(), STDOUT_FILENO);
    dup2(err_.writer.get(), STDERR_FILENO);
    if (chdir(directory.c_str()) == 0) execv(words[0], words.data());
    _exit(127);
  }
  // The exit status, or nothing if it does not end.
  std::optional<int> status() {
    int status = 0;
    if (!test::eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, std::chrono::seconds(5)))
      return std::nullopt;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  // What it printed to standard error; "" if nothing.
  std::string error_text() {
    err_.writer.reset();
    char text[4096];
    const ssize_t count = read(err_.reader.get(), text, sizeof text);
    return std::string(text, static_cast<size_t>(std::max<ssize_t>(count, 0)));
  }
  void write_file(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    std::ofstream(folder_.path() / path) << text;
  }
  bool exists(const std::string& path) const { return std::filesystem::exists(folder_.path() / path); }

  test::TemporaryFolder folder_;
  Pipe out_, err_;
  pid_t pid_ = -1;
};

TEST_F(StandardStreams, DoNotBlockAnInterruptedRunIfUnread) {
  start({"help", "--format", "man"});
  ASSERT_TRUE(test::eventually([&] { return out_.is_full(); }));
  kill(pid_, SIGINT);
  EXPECT_EQ(status(), 130);
}

TEST_F(StandardStreams, OfNohupOutliveTheTerminal) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  start({"help", "--format", "man"});
  std::signal(SIGHUP, before);
  ASSERT_TRUE(test::eventually([&] { return out_.is_full(); }));
  kill(pid_, SIGHUP);
  out_.reader.reset();
  EXPECT_EQ(status(), 0);
}

TEST_F(StandardStreams, MayBeClosed) {
  out_.reader.reset();
  start({"help", "--format", "man"});
  EXPECT_EQ(status(), 0);
}

TEST_F(StandardStreams, AreNotTakenByFilesIfClosed) {
  write_file("run.sh", "exec " KAMAL_PROGRAM " version >&-");
  const std::string directory = folder_.path().string();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(err_.writer.get(), STDERR_FILENO);
    execl("/bin/sh", "sh", (directory + "/run.sh").c_str(), nullptr);
    _exit(127);
  }
  EXPECT_EQ(status(), 1);
  EXPECT_EQ(error_text(), "  ERROR Could not write to standard output: Bad file descriptor\n");
}

TEST_F(StandardStreams, FailTheRunOnAFullDisk) {
  out_.writer = Fd(open("/dev/full", O_WRONLY | O_CLOEXEC));
  start({"version"});
  EXPECT_EQ(status(), 1);
  EXPECT_EQ(error_text(), "  ERROR Could not write to standard output: No space left on device\n");
}

TEST_F(StandardStreams, DoNotHoldUpASecondSignal) {
  write_file(
      "config/deploy.yml",
      "service: shop\nimage: acme/shop\nservers: [ 1.1.1.1 ]\nregistry: { username: robot, password: x }\n"
      "builder: { arch: amd64 }\n");
  write_file(".kamal/secrets", "A=$(trap '' TERM; touch waiting; sleep 29)\n");
  err_.fill();
  start({"secrets", "print"});
  ASSERT_TRUE(test::eventually([&] { return exists("waiting"); }));
  kill(pid_, SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  kill(pid_, SIGTERM);
  EXPECT_EQ(status(), 143);
}

}  // namespace
}  // namespace kamal
