#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>

#include "cli/run_log/file_log.h"
#include "kamal/support/files.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

namespace fs = std::filesystem;

class FileLogTest : public testing::Test {
 protected:
  FileLogTest() {
    setenv("TZ", "UTC", 1);
    tzset();
    std::string path = fs::temp_directory_path() / "kamal-log-XXXXXX";
    folder_ = mkdtemp(path.data());
  }
  ~FileLogTest() override { fs::remove_all(folder_); }

  FileLog log_in(const fs::path& folder, std::optional<std::string> destination = std::nullopt) {
    return FileLog(folder, std::move(destination), clock_,
                   {.tell = [this](const std::string& text) { told_.push_back(text); },
                    .warn = [this](const std::string& text) { warned_.push_back(text); }});
  }

  fs::path folder_;
  Interruption interruption_;
  test::FakeClock clock_{interruption_};  // 2026-01-02T03:04:05Z
  std::vector<std::string> told_, warned_;
};

TEST_F(FileLogTest, ItsNameHasTimeAndCommand) {
  EXPECT_EQ(log_file_name(clock_.now(), std::nullopt, {.name = "deploy"}), "2026-01-02T03-04-05_deploy.log");
}

TEST_F(FileLogTest, ItsNameHasTheDestinationBeforeTheCommand) {
  EXPECT_EQ(log_file_name(clock_.now(), "staging", {.name = "app"}), "2026-01-02T03-04-05_staging_app.log");
}

TEST_F(FileLogTest, ItsTimeIsLocal) {
  setenv("TZ", "XYZ-5:30", 1);
  tzset();
  EXPECT_EQ(log_file_name(clock_.now(), std::nullopt, {.name = "deploy"}), "2026-01-02T08-34-05_deploy.log");
}

TEST_F(FileLogTest, MakesTheFolderAndWritesLinesAndSuccess) {
  FileLog log = log_in(folder_ / "var" / "logs");
  log.begin({.name = "deploy"});
  log.line({.text = "  INFO one {}\n"});
  log.line({.text = "\n"});
  log.line({.text = "two\n"});
  log.end({.name = "deploy"}, {.seconds = 12.34});
  EXPECT_EQ(read_file(folder_ / "var" / "logs" / "2026-01-02T03-04-05_deploy.log"),
            "  INFO one {}\n\ntwo\n# Completed in 12.3s\n");
}

TEST_F(FileLogTest, EachLineIsInTheFileAtOnce) {
  FileLog log = log_in(folder_);
  log.begin({.name = "deploy"});
  log.line({.text = "one\n"});
  EXPECT_EQ(read_file(folder_ / "2026-01-02T03-04-05_deploy.log"), "one\n");
}

TEST_F(FileLogTest, TheLastLineTellsAFailure) {
  FileLog log = log_in(folder_);
  log.begin({.name = "deploy"});
  log.end({.name = "deploy"}, {.seconds = 3, .failure = Ending::Failure{"LockError", "taken"}});
  EXPECT_EQ(read_file(folder_ / "2026-01-02T03-04-05_deploy.log"), "# FAILED: LockError: taken (3.0s)\n");
}

TEST_F(FileLogTest, SaysWhereTheLogIs) {
  FileLog log = log_in(folder_);
  log.begin({.name = "deploy"});
  log.end({.name = "deploy"}, {});
  EXPECT_EQ(told_, std::vector{"Logs written to " + (folder_ / "2026-01-02T03-04-05_deploy.log").string()});
}

TEST_F(FileLogTest, LeavesOutLinesBeforeTheBegin) {
  FileLog log = log_in(folder_);
  log.line({.text = "too early\n"});
  log.begin({.name = "deploy"});
  log.end({.name = "deploy"}, {});
  EXPECT_EQ(read_file(folder_ / "2026-01-02T03-04-05_deploy.log"), "# Completed in 0.0s\n");
}

TEST_F(FileLogTest, ASecondRunWithinTheSecondIsAppended) {
  FileLog log = log_in(folder_);
  for (int run = 0; run < 2; ++run) {
    log.begin({.name = "deploy"});
    log.end({.name = "deploy"}, {});
  }
  EXPECT_EQ(read_file(folder_ / "2026-01-02T03-04-05_deploy.log"),
            "# Completed in 0.0s\n# Completed in 0.0s\n");
}

TEST_F(FileLogTest, WarnsOnceWhereTheFolderCanNotBeMade) {
  write_file(folder_ / "taken", "a file\n");
  FileLog log = log_in(folder_ / "taken");
  log.begin({.name = "deploy"});
  log.line({.text = "one\n"});
  log.end({.name = "deploy"}, {});
  ASSERT_EQ(warned_.size(), 1U);
  EXPECT_TRUE(warned_.at(0).starts_with("output/file: no log is kept: ")) << warned_.at(0);
  EXPECT_TRUE(told_.empty());
}

TEST_F(FileLogTest, WarnsOnceWhereTheDiskIsFull) {
  fs::create_symlink("/dev/full", folder_ / "2026-01-02T03-04-05_deploy.log");
  FileLog log = log_in(folder_);
  log.begin({.name = "deploy"});
  log.line({.text = "one\n"});
  log.line({.text = "two\n"});
  log.end({.name = "deploy"}, {});
  EXPECT_EQ(warned_.size(), 1U);
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace kamal::cli
