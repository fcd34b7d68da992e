#include "kamal/support/git.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "unit/support/on_this_machine.h"

namespace kamal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Runs programs in a folder, and counts them.
class InFolder : public Processes {
 public:
  explicit InFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override {
    ++runs;
    Process there = process;
    there.directory = folder_;
    there.env = {{"HOME", folder_.string()},
                 {"GIT_CONFIG_NOSYSTEM", "1"},
                 {"XDG_CONFIG_HOME", folder_.string()},
                 {"GIT_CEILING_DIRECTORIES", folder_.parent_path().string()}};
    return machine_.run(there, sink);
  }
  int run_attached(const Process& process) override { return run(process).status; }

  int runs = 0;

 private:
  std::filesystem::path folder_;
  test::OnThisMachine machine_;
};

class GitTest : public ::testing::Test {
 protected:
  std::string sh(const std::string& script) {
    return strip(processes_.run({.argv = {"/bin/sh", "-ec", script}}).out);
  }
  void make_repository() {
    sh("git init -q -b main . && git config user.name 'Ann Operator' && git config user.email "
       "ann@example.com && "
       "echo '*.log' > .gitignore && echo one > tracked && git add . && git commit -q -m First");
  }

  test::Folder folder_;
  InFolder processes_{folder_.path()};
  Git git_{processes_};
};

TEST_F(GitTest, DetectsNoRepository) { EXPECT_FALSE(git_.used()); }

TEST_F(GitTest, DetectsARepository) {
  make_repository();
  EXPECT_TRUE(git_.used());
}

TEST_F(GitTest, ReturnsTheRevision) {
  make_repository();
  EXPECT_EQ(git_.revision(), sh("git rev-parse HEAD"));
  EXPECT_EQ(git_.revision().size(), 40u);
}

TEST_F(GitTest, ReturnsTheTopDirectory) {
  make_repository();
  EXPECT_EQ(git_.root(), std::filesystem::canonical(folder_.path()).string());
}

TEST_F(GitTest, ReturnsTheUser) {
  make_repository();
  EXPECT_EQ(git_.user_name(), "Ann Operator");
  EXPECT_EQ(git_.email(), "ann@example.com");
}

TEST_F(GitTest, UserIsEmptyIfUnset) {
  EXPECT_EQ(git_.user_name(), "");
  EXPECT_EQ(git_.email(), "");
}

TEST_F(GitTest, FindsNoChangesInACleanCheckout) {
  make_repository();
  EXPECT_EQ(git_.uncommitted_changes(), "");
}

TEST_F(GitTest, FindsChanges) {
  make_repository();
  write_file(folder_ / "tracked", "two");
  write_file(folder_ / "new", "");
  EXPECT_EQ(git_.uncommitted_changes(), "M tracked\n?? new");
}

TEST_F(GitTest, ListsModifiedFiles) {
  make_repository();
  write_file(folder_ / "tracked", "two");
  EXPECT_THAT(git_.uncommitted_files(), ElementsAre("tracked"));
}

TEST_F(GitTest, ListsUntrackedFilesAndIgnoredOnes) {
  make_repository();
  write_file(folder_ / "debug.log", "");
  write_file(folder_ / "new", "");
  EXPECT_THAT(git_.untracked_files(), ElementsAre("debug.log", "new"));
}

TEST_F(GitTest, ListsNoFilesInACleanCheckout) {
  make_repository();
  EXPECT_THAT(git_.uncommitted_files(), IsEmpty());
}

TEST_F(GitTest, ListsTheSubjectsOfNewCommits) {
  make_repository();
  const std::string first = git_.revision();
  sh("git commit -q --allow-empty -m Second && git commit -q --allow-empty -m Third");
  EXPECT_EQ(git_.subjects_between(first, "HEAD"), (std::vector<std::string>{"Third", "Second"}));
  EXPECT_EQ(git_.subjects_between("HEAD", first), std::vector<std::string>());
  EXPECT_EQ(git_.subjects_between(std::string(40, 'b'), "HEAD"), std::nullopt);
}

TEST_F(GitTest, QueriesOnce) {
  make_repository();
  git_.revision();
  const int runs = processes_.runs;
  git_.revision();
  EXPECT_EQ(processes_.runs, runs);
}

}  // namespace
}  // namespace kamal
