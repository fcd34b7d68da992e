#include "kamal/support/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "unit/support/on_this_machine.h"

namespace kamal {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat found {};
  stat(path.c_str(), &found);
  return found.st_mode & 07777;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename());
  return names;
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const FileError& error) {
    return error.what();
  }
  return "no FileError";
}

TEST(Files, RoundTrip) {
  const test::Folder folder;
  const std::string content("a\0b\r\n\xff", 6);
  write_file(folder / "file", content);
  EXPECT_EQ(read_file(folder / "file"), content);
}

TEST(Files, WriteLargeContent) {
  const test::Folder folder;
  const std::string content(3'000'000, 'x');
  write_file(folder / "file", content);
  EXPECT_EQ(read_file(folder / "file"), content);
}

TEST(Files, SetTheirModeDespiteUmask) {
  const test::Folder folder;
  const mode_t before = umask(0077);
  write_file(folder / "file", "x", 0664);
  umask(before);
  EXPECT_EQ(mode_of(folder / "file"), 0664u);
}

TEST(Files, MayBePrivate) {
  const test::Folder folder;
  write_file(folder / "file", "x", 0600);
  EXPECT_EQ(mode_of(folder / "file"), 0600u);
}

TEST(Files, ReplaceAtomically) {
  const test::Folder folder;
  write_file(folder / "file", "old");
  std::ifstream reader(folder / "file");
  write_file(folder / "file", "new");
  std::string still_open;
  reader >> still_open;
  EXPECT_EQ(still_open, "old");
  EXPECT_EQ(read_file(folder / "file"), "new");
}

TEST(Files, LeaveNoTemporaryFiles) {
  const test::Folder folder;
  write_file(folder / "file", "x");
  EXPECT_THAT(names_in(folder.path()), ::testing::ElementsAre("file"));
}

TEST(Files, LeaveNoTemporaryFilesOnFailure) {
  const test::Folder folder;
  std::filesystem::create_directories(folder / "taken" / "by a folder");
  EXPECT_THROW(write_file(folder / "taken", "x"), FileError);
  EXPECT_THAT(names_in(folder.path()), ::testing::ElementsAre("taken"));
}

TEST(Files, MissingDirectoryIsNamed) {
  EXPECT_EQ(message_of([] { write_file("/nowhere/file", "x"); }),
            "Can't write /nowhere/file: No such file or directory");
}

TEST(Files, MissingFileIsNamed) {
  EXPECT_EQ(message_of([] { read_file("/nowhere/file"); }),
            "Can't read /nowhere/file: No such file or directory");
}

TEST(Files, RejectDirectories) {
  const test::Folder folder;
  EXPECT_THAT(message_of([&] { read_file(folder.path()); }), HasSubstr("Is a directory"));
}

TEST(ReadFileIfExists, IsNothingWithoutAFile) {
  EXPECT_EQ(read_file_if_exists("/nowhere/file"), std::nullopt);
}

TEST(ReadFileIfExists, ReadsAFileThatIsThere) {
  const test::Folder folder;
  write_file(folder / "file", "");
  EXPECT_THAT(read_file_if_exists(folder / "file"), Optional(std::string()));
}

TEST(ExpandHome, ReplacesALeadingTilde) {
  EXPECT_EQ(expand_home("~", "/home/deploy"), "/home/deploy");
  EXPECT_EQ(expand_home("~/.ssh/id", "/home/deploy"), "/home/deploy/.ssh/id");
}

TEST(ExpandHome, LeavesOtherPathsAlone) {
  EXPECT_EQ(expand_home("~other/x", "/home/deploy"), "~other/x");
  EXPECT_EQ(expand_home("a/~/b", "/home/deploy"), "a/~/b");
}

TEST(ExpandHome, UsesHomeFromTheEnvironment) {
  EXPECT_EQ(expand_home("~/x", EnvironmentMap{{"HOME", "/home/deploy"}}), "/home/deploy/x");
  EXPECT_EQ(expand_home("~/x", EnvironmentMap{}), "~/x");
}

TEST(TempDirectory, IsTheFirstUsableVariable) {
  const test::Folder folder;
  const std::string here = folder.path().string();
  EXPECT_EQ(temp_directory({{"TMPDIR", here + "/"}, {"TMP", "/"}}), here);
  EXPECT_EQ(temp_directory({{"TMPDIR", ""}, {"TMP", here}, {"TEMP", "/"}}), here);
  EXPECT_EQ(temp_directory({{"TMPDIR", "/nowhere"}, {"TEMP", here}}), here);
}

TEST(TempDirectory, DefaultsToTmp) {
  const test::Folder folder;
  write_file(folder / "file", "");
  EXPECT_EQ(temp_directory({}), "/tmp");
  EXPECT_EQ(temp_directory({{"TMPDIR", (folder / "file").string()}}), "/tmp");
}

TEST(TempDirectory, SkipsWorldWritableWithoutStickyBit) {
  const test::Folder folder;
  chmod(folder.path().c_str(), 0777);
  EXPECT_EQ(temp_directory({{"TMPDIR", folder.path().string()}}), "/tmp");
}

}  // namespace
}  // namespace kamal
