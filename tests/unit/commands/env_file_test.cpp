#include "kamal/commands/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kamal/support/files.h"
#include "support/deploy_file.h"

// Run by a real shell, in a directory of the test.
namespace kamal {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class EnvFileOnAHost : public ::testing::Test {
 protected:
  void run(const Command& command) {
    EXPECT_EQ(std::system(("cd " + home.path().string() + " && " + command.shell_text()).c_str()), 0);
  }
  fs::path at(const std::string& path) const { return home.path() / path; }
  void write(const std::string& path, const std::string& text, mode_t mode) const {
    fs::create_directories(at(path).parent_path());
    write_file(at(path).string(), text, mode);
  }
  std::string read(const std::string& path) const {
    std::ostringstream text;
    text << std::ifstream(at(path)).rdbuf();
    return text.str();
  }
  // All below the home directory.
  std::vector<std::string> everything() const {
    std::vector<std::string> paths;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(home.path()))
      paths.push_back(fs::relative(entry.path(), home.path()).string());
    return paths;
  }

  test::TemporaryFolder home;
  const config::Configuration config =
      test::configured("servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.1 ] } }");
  const commands::EnvFile web{config, *config.role(RoleName("web")), "1a"},
      jobs{config, *config.role(RoleName("jobs")), "1a"},
      later_web{config, *config.role(RoleName("web")), "2b"};
};

TEST_F(EnvFileOnAHost, ComesBackWithItsContentAndMode) {
  write(web.path(), "TOKEN=old\n", 0640);
  run(web.set_aside());
  write(web.path(), "TOKEN=new\n", 0600);
  fs::permissions(at(web.path()), fs::perms::owner_read | fs::perms::owner_write);
  run(web.put_back());
  EXPECT_EQ(read(web.path()), "TOKEN=old\n");
  struct stat found {};
  stat(at(web.path()).c_str(), &found);
  EXPECT_EQ(found.st_mode & 0777, 0640u);
  EXPECT_THAT(everything(),
              UnorderedElementsAre(".kamal", ".kamal/apps", ".kamal/apps/shop", ".kamal/apps/shop/env",
                                   ".kamal/apps/shop/env/roles", web.path()));
}

TEST_F(EnvFileOnAHost, IsRemovedWithItsDirectoriesIfTheyAreNew) {
  fs::create_directories(at(".kamal"));
  for (const commands::EnvFile* file : {&web, &jobs}) {
    run(file->set_aside());
    write(file->path(), "TOKEN=new\n", 0600);
  }
  run(jobs.put_back());
  run(web.put_back());
  EXPECT_THAT(everything(), UnorderedElementsAre(".kamal"));
}

TEST_F(EnvFileOnAHost, LeavesDirectoriesThatWereThere) {
  fs::create_directories(at(".kamal/apps/shop/env"));
  run(web.set_aside());
  write(web.path(), "TOKEN=new\n", 0600);
  run(web.put_back());
  EXPECT_THAT(everything(),
              UnorderedElementsAre(".kamal", ".kamal/apps", ".kamal/apps/shop", ".kamal/apps/shop/env"));
}

TEST_F(EnvFileOnAHost, StaysAsItIsIfItWasNotSetAside) {
  write(web.path(), "TOKEN=old\n", 0600);
  run(web.put_back());
  EXPECT_EQ(read(web.path()), "TOKEN=old\n");
}

TEST_F(EnvFileOnAHost, StaysNewOnceItIsKept) {
  for (const commands::EnvFile* file : {&web, &jobs}) {
    if (file == &jobs) write(jobs.path(), "TOKEN=old\n", 0600);
    run(file->set_aside());
    write(file->path(), "TOKEN=new\n", 0600);
    run(file->keep_new());
    run(file->put_back());
    EXPECT_EQ(read(file->path()), "TOKEN=new\n");
  }
  EXPECT_EQ(everything().size(), 7u);  // five directories and the files
}

TEST_F(EnvFileOnAHost, ForgetsWhatAKilledRunSetAside) {
  write(web.path(), "TOKEN=old\n", 0600);
  run(web.set_aside());
  fs::remove(at(web.path()));
  run(later_web.set_aside());
  write(web.path(), "TOKEN=new\n", 0600);
  run(later_web.put_back());
  EXPECT_EQ(everything().size(), 5u);  // the directories
}

TEST_F(EnvFileOnAHost, StaysAsItIsIfOnlyAKilledRunSetItAside) {
  write(web.path(), "TOKEN=old\n", 0600);
  run(web.set_aside());
  write(web.path(), "TOKEN=new\n", 0600);
  run(later_web.put_back());
  EXPECT_EQ(read(web.path()), "TOKEN=new\n");
}

}  // namespace
}  // namespace kamal
