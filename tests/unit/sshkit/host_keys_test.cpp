#include "sshkit/ssh/host_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace kamal::sshkit {
namespace {

using State = HostKeyVerdict::State;

const HostKey ed25519{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAlpha"};
const HostKey other_ed25519{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIBeta"};
const HostKey rsa{"ssh-rsa", "AAAAB3NzaC1yc2EAAAADAQAB"};

class KnownHostsFile : public ::testing::Test {
 protected:
  ~KnownHostsFile() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& text) const { std::ofstream(file_) << text; }
  std::string text() const {
    std::ifstream file(file_);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static std::string line(const std::string& names, const HostKey& key) {
    return names + " " + key.type + " " + key.base64 + "\n";
  }
  HostKeyVerdict check(const std::string& name, const HostKey& key) {
    return known_hosts_.check({file_}, name, key);
  }

  static std::filesystem::path new_directory() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-known-XXXXXX";
    return mkdtemp(path.data());
  }

  const std::filesystem::path directory_ = new_directory();
  const std::filesystem::path file_ = directory_ / "ssh/known_hosts";
  KnownHosts known_hosts_;
};

class KnownHostsTest : public KnownHostsFile {
 protected:
  KnownHostsTest() { std::filesystem::create_directory(directory_ / "ssh"); }
};

TEST_F(KnownHostsTest, MatchesHostAndKey) {
  write(line("web,10.0.0.1", ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::known);
  EXPECT_EQ(check("10.0.0.1", ed25519).state, State::known);
  EXPECT_EQ(check("db", ed25519).state, State::unknown);
}

TEST_F(KnownHostsTest, ReportsTheLineOfAChangedKey) {
  write("# comment\n\n" + line("web", rsa) + line("web", other_ed25519));

  const HostKeyVerdict verdict = check("web", ed25519);

  EXPECT_EQ(verdict.state, State::changed);
  EXPECT_EQ(verdict.file, file_);
  EXPECT_EQ(verdict.line, 4);
}

TEST_F(KnownHostsTest, AllowsSeveralKeysPerHost) {
  write(line("web", other_ed25519) + line("web", ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::known);
}

TEST_F(KnownHostsTest, SeparatesPorts) {
  write(line("[web]:2222", ed25519));

  EXPECT_EQ(check("[web]:2222", ed25519).state, State::known);
  EXPECT_EQ(check("web", ed25519).state, State::unknown);
  EXPECT_EQ(check("[web]:22222", ed25519).state, State::unknown);
}

TEST_F(KnownHostsTest, MatchesPatterns) {
  write(line("*.example.com,!db.example.com", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
  EXPECT_EQ(check("db.example.com", ed25519).state, State::unknown);
}

TEST_F(KnownHostsTest, IgnoresCase) {
  write(line("Web.Example.COM", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
}

TEST_F(KnownHostsTest, MatchesHashedNames) {
  // ssh-keygen -H of "web.example.com" with a salt of its own.
  write(line("|1|hrsztaQ2/2yGpJgFQzbTN2VwS6o=|4H/SSiXQSFp6XnoX6nb9s/oOyj8=", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
  EXPECT_EQ(check("web.example.com", other_ed25519).state, State::changed);
  EXPECT_EQ(check("db.example.com", ed25519).state, State::unknown);
}

TEST_F(KnownHostsTest, ReportsRevokedKeys) {
  write(line("web", ed25519) + line("@revoked *", ed25519));

  const HostKeyVerdict verdict = check("web", ed25519);

  EXPECT_EQ(verdict.state, State::revoked);
  EXPECT_EQ(verdict.line, 2);
}

TEST_F(KnownHostsTest, IgnoresCertificateAuthorities) {
  write(line("@cert-authority web", other_ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::unknown);
}

TEST_F(KnownHostsTest, IgnoresInvalidLines) {
  write("web\nweb ssh-ed25519\n" + line("web", ed25519) + "|1|x|y ssh-ed25519 AAAA\n\xff\xfe\n");

  EXPECT_EQ(check("web", ed25519).state, State::known);
}

TEST_F(KnownHostsTest, ListsKeyTypes) {
  write(line("web", rsa) + line("web", ed25519) + line("web", other_ed25519) +
        line("@revoked web", {"ssh-dss", "AAAA"}));

  EXPECT_EQ(known_hosts_.key_types({file_}, "web"), (std::vector<std::string>{"ssh-rsa", "ssh-ed25519"}));
}

TEST_F(KnownHostsFile, IsCreatedWithOwnerOnlyAccess) {
  known_hosts_.add(file_, "web", ed25519);

  struct stat file {
  }, directory{};
  stat(file_.c_str(), &file);
  stat(file_.parent_path().c_str(), &directory);
  EXPECT_EQ(text(), line("web", ed25519));
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);
}

TEST_F(KnownHostsFile, IsEmptyIfMissing) { EXPECT_EQ(check("web", ed25519).state, State::unknown); }

TEST_F(KnownHostsTest, AppendsAfterALineWithoutLineEnd) {
  write("web " + ed25519.type + " " + ed25519.base64);

  known_hosts_.add(file_, "db", rsa);

  EXPECT_EQ(text(), line("web", ed25519) + line("db", rsa));
}

TEST_F(KnownHostsTest, AddsAKeyOnce) {
  known_hosts_.add(file_, "web", ed25519);
  known_hosts_.add(file_, "web", ed25519);

  EXPECT_EQ(text(), line("web", ed25519));
}

TEST_F(KnownHostsTest, AddsWholeLinesFromManyThreads) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
      threads.emplace_back([&, i] { known_hosts_.add(file_, "host" + std::to_string(i), ed25519); });
  }

  for (int i = 0; i < 20; ++i) EXPECT_EQ(check("host" + std::to_string(i), ed25519).state, State::known);
}

}  // namespace
}  // namespace kamal::sshkit
