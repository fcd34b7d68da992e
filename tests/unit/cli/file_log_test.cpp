#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>

#include "cli/output/run_log.h"
#include "kamal/support/files.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

namespace fs = std::filesystem;

void write(FileLog& log, const char* line) { log.log({{}, spdlog::level::info, line}); }

class FileLogTest : public ::testing::Test {
 protected:
  FileLogTest() {
    setenv("TZ", "UTC", 1);
    tzset();
    std::string path = fs::temp_directory_path() / "kamal-log-XXXXXX";
    directory_ = mkdtemp(path.data());
  }
  ~FileLogTest() override { fs::remove_all(directory_); }

  FileLog log_in(const fs::path& directory, std::optional<std::string> destination = std::nullopt) {
    return FileLog(directory, std::move(destination), clock_,
                   {.info = [this](const std::string& text) { reported_.push_back(text); },
                    .warn = [this](const std::string& text) { warnings_.push_back(text); }});
  }

  fs::path directory_;
  Interruption interruption_;
  test::FakeClock clock_{interruption_};  // 2026-01-02T03:04:05Z
  std::vector<std::string> reported_, warnings_;
};

TEST_F(FileLogTest, NamesFileByTimeAndCommand) {
  EXPECT_EQ(log_file_name(clock_.now(), std::nullopt, "deploy"), "2026-01-02T03-04-05_deploy.log");
}

TEST_F(FileLogTest, NamesFileByDestination) {
  EXPECT_EQ(log_file_name(clock_.now(), "staging", "app"), "2026-01-02T03-04-05_staging_app.log");
}

TEST_F(FileLogTest, NamesFileByLocalTime) {
  setenv("TZ", "XYZ-5:30", 1);
  tzset();
  EXPECT_EQ(log_file_name(clock_.now(), std::nullopt, "deploy"), "2026-01-02T08-34-05_deploy.log");
}

TEST_F(FileLogTest, CreatesDirectoryAndWritesLines) {
  FileLog log = log_in(directory_ / "var" / "logs");
  log.begin("deploy");
  write(log, "  INFO one {}");
  write(log, "");
  write(log, "two");
  log.end("deploy", {.seconds = 12.34});
  EXPECT_EQ(read_file(directory_ / "var" / "logs" / "2026-01-02T03-04-05_deploy.log"),
            "  INFO one {}\n\ntwo\n# Completed in 12.3s\n");
}

TEST_F(FileLogTest, FlushesEachLine) {
  FileLog log = log_in(directory_);
  log.begin("deploy");
  write(log, "one");
  EXPECT_EQ(read_file(directory_ / "2026-01-02T03-04-05_deploy.log"), "one\n");
}

TEST_F(FileLogTest, EndsWithFailure) {
  FileLog log = log_in(directory_);
  log.begin("deploy");
  log.end("deploy", {.seconds = 3, .failure = CommandOutcome::Failure{"LockError", "taken"}});
  EXPECT_EQ(read_file(directory_ / "2026-01-02T03-04-05_deploy.log"), "# FAILED: LockError: taken (3.0s)\n");
}

TEST_F(FileLogTest, ReportsPath) {
  FileLog log = log_in(directory_);
  log.begin("deploy");
  log.end("deploy", {});
  EXPECT_EQ(reported_,
            std::vector{"Logs written to " + (directory_ / "2026-01-02T03-04-05_deploy.log").string()});
}

TEST_F(FileLogTest, IgnoresLinesBeforeBegin) {
  FileLog log = log_in(directory_);
  write(log, "too early");
  log.begin("deploy");
  log.end("deploy", {});
  EXPECT_EQ(read_file(directory_ / "2026-01-02T03-04-05_deploy.log"), "# Completed in 0.0s\n");
}

TEST_F(FileLogTest, AppendsToExistingFile) {
  FileLog log = log_in(directory_);
  for (int run = 0; run < 2; ++run) {
    log.begin("deploy");
    log.end("deploy", {});
  }
  EXPECT_EQ(read_file(directory_ / "2026-01-02T03-04-05_deploy.log"),
            "# Completed in 0.0s\n# Completed in 0.0s\n");
}

TEST_F(FileLogTest, WarnsOnceIfDirectoryCannotBeCreated) {
  write_file(directory_ / "taken", "a file\n");
  FileLog log = log_in(directory_ / "taken");
  log.begin("deploy");
  write(log, "one");
  log.end("deploy", {});
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(warnings_.at(0).starts_with("output/file: logging disabled: ")) << warnings_.at(0);
  EXPECT_TRUE(reported_.empty());
}

TEST_F(FileLogTest, WarnsOnceIfDiskIsFull) {
  fs::create_symlink("/dev/full", directory_ / "2026-01-02T03-04-05_deploy.log");
  FileLog log = log_in(directory_);
  log.begin("deploy");
  write(log, "one");
  write(log, "two");
  log.end("deploy", {});
  EXPECT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(reported_.empty());
}

}  // namespace
}  // namespace kamal::cli
