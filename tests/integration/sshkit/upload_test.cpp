#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "integration/sshkit/steps_fixture.h"
#include "kamal/support/files.h"

namespace kamal::sshkit {
namespace {

using test::Sshd;

class UploadOnShell : public StepsOnShell {
 protected:
  std::string file(const std::string& name) const { return read_file(sshd_->home() / name); }
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
};

TEST_P(UploadOnShell, UploadBytesWithAMode) {
  std::string bytes;
  for (int i = 0; i < 256 * 40; ++i) bytes += static_cast<char>(i);

  const auto results = server_->run({Step::upload(bytes, "file with 'quotes'", 0640)}, heard_);

  EXPECT_EQ(results.at(0).status, 0) << results.at(0).err;
  EXPECT_EQ(file("file with 'quotes'"), bytes);
  EXPECT_EQ(mode("file with 'quotes'"), 0640u);
}

TEST_P(UploadOnShell, UploadWithTheUmask) {
  server_->run({Step::upload("text", "${PWD}/new")}, heard_);

  EXPECT_EQ(file("new"), "text");
  EXPECT_EQ(mode("new"), 0644u);
}

TEST_P(UploadOnShell, KeepTheModeOfAReplacedFile) {
  run(*server_, "echo old > file; chmod 751 file");

  server_->run({Step::upload("new", "file")}, heard_);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0751u);
}

TEST_P(UploadOnShell, KeepTheOwnerOfAReplacedFile) {
  if (getuid() != 0) GTEST_SKIP() << "only root gives files to others";
  run(*server_, "echo old > file; chown 1234:1235 file");

  server_->run({Step::upload("new", "file", 0640)}, heard_);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(status("file").st_uid, 1234u);
  EXPECT_EQ(status("file").st_gid, 1235u);
}

TEST_P(UploadOnShell, UploadThroughASymbolicLink) {
  run(*server_, "mkdir real; echo old > real/file; ln -s real/file link");

  server_->run({Step::upload("new", "link")}, heard_);

  EXPECT_EQ(file("real/file"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(sshd_->home() / "link"));
}

TEST_P(UploadOnShell, UploadInPlaceKeepsTheInode) {
  run(*server_, "echo something old > file; chmod 640 file");
  const ino_t before = status("file").st_ino;

  EXPECT_EQ(upload_in_place("new", "file", {}).status, 0);

  EXPECT_EQ(status("file").st_ino, before);
  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0640u);
}

TEST_P(UploadOnShell, UploadInPlaceWithAMode) {
  run(*server_, "echo old > file; chmod 640 file");

  EXPECT_EQ(upload_in_place("new", "file", 0600).status, 0);

  EXPECT_EQ(mode("file"), 0600u);
}

TEST_P(UploadOnShell, UploadInPlaceNarrowsTheModeBeforeTheContentArrives) {
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

TEST_P(UploadOnShell, UploadInPlaceAcceptsAReadOnlyMode) {
  run(*server_, "echo old > file; chmod 640 file");

  EXPECT_EQ(upload_in_place("new", "file", 0440).status, 0);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0440u);
}

TEST_P(UploadOnShell, UploadInPlaceCreatesAMissingFile) {
  EXPECT_EQ(upload_in_place("new", "file", {}).status, 0);

  EXPECT_EQ(file("file"), "new");
  EXPECT_EQ(mode("file"), 0644u);
}

TEST_P(UploadOnShell, UploadInPlaceLeavesNoTemporaryFile) {
  run(*server_, "echo old > file");

  upload_in_place("new", "file", {});

  EXPECT_EQ(run(*server_, "ls -A").out, "file\n");
}

TEST_P(UploadOnShell, FailToUploadWithoutADirectory) {
  const auto results = server_->run({Step::upload("x", "no/such/file"), shell("touch ran")}, heard_);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_NE(results.at(0).status, 0);
  EXPECT_NE(results.at(0).err.find("no/such/file"), std::string::npos);
}

TEST_P(UploadOnShell, RefuseToReplaceADirectory) {
  run(*server_, "mkdir directory");

  const auto results = server_->run({Step::upload("x", "directory")}, heard_);

  EXPECT_NE(results.at(0).status, 0);
  EXPECT_EQ(results.at(0).err, "directory: Is a directory\n");
  EXPECT_EQ(run(*server_, "ls -A directory").out, "");
}

TEST_P(UploadOnShell, UploadLeavesNoTemporaryFile) {
  server_->run({Step::upload("", "empty", 0600)}, heard_);

  EXPECT_EQ(run(*server_, "ls -A").out, "empty\n");
}

INSTANTIATE_TEST_SUITE_P(Shells, UploadOnShell, shells, shell_name);

TEST_F(SshTest, UploadsALargeFile) {
  const Sshd sshd;
  const auto backend = connect(settings_for(sshd));
  Heard heard;
  std::string bytes(5'000'000, 'k');
  for (size_t i = 0; i < bytes.size(); i += 7) bytes[i] = static_cast<char>(i);

  const auto results = backend->server(Host("127.0.0.1")).run({Step::upload(bytes, "large", 0600)}, heard);

  EXPECT_EQ(results.at(0).status, 0) << results.at(0).err;
  EXPECT_EQ(read_file(sshd.home() / "large"), bytes);
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

  EXPECT_EQ(read_file(sshd.home() / "file"), "secret");
  EXPECT_EQ(read_file(sshd.home().parent_path() / "modes"), "600\n");
}

}  // namespace
}  // namespace kamal::sshkit
