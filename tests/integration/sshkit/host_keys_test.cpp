#include <sys/stat.h>

#include <fstream>

#include "integration/sshkit/login_fixture.h"
#include "kamal/support/files.h"

namespace kamal::sshkit {
namespace {

using test::run_program;
using test::Sshd;

class HostKeys : public Login {
 protected:
  // Type and base64, without the comment.
  static std::string public_key(const std::filesystem::path& path) {
    std::string type, key;
    std::ifstream(path.string() + ".pub") >> type >> key;
    return type + " " + key;
  }
  std::string public_part() { return public_key(sshd_.host_key()); }
  std::string name(const std::string& host = "127.0.0.2") const {
    return "[" + host + "]:" + std::to_string(sshd_.port());
  }
  void know(const std::string& lines) {
    std::filesystem::create_directories(known_hosts().parent_path());
    std::ofstream(known_hosts()) << lines;
  }
  std::string known() { return read_file_if_exists(known_hosts()).value_or(""); }
  std::string other_key() { return public_key(new_key("other")); }
  std::string connect_to(const std::string& host = "127.0.0.2") {
    const auto backend = connect(settings_for(sshd_));
    return failure_of(*backend, host);
  }
};

TEST_F(HostKeys, SavesANewKey) {
  EXPECT_EQ(connect_to(), "it connects");

  EXPECT_EQ(known(), name() + " " + public_part() + "\n");
  struct stat file {
  }, directory{};
  stat(known_hosts().c_str(), &file);
  stat(known_hosts().parent_path().c_str(), &directory);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);
}

TEST_F(HostKeys, DoesNotSaveAKnownKeyAgain) {
  know("# a comment\n" + name() + " " + public_part());

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), "# a comment\n" + name() + " " + public_part());
}

TEST_F(HostKeys, SavesANewKeyOnItsOwnLine) {
  know("elsewhere " + public_part());

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), "elsewhere " + public_part() + "\n" + name() + " " + public_part() + "\n");
}

TEST_F(HostKeys, RefusesAChangedKeyWithFileAndLine) {
  know("# first\n" + name() + " " + other_key() + "\n");

  const std::string failure = connect_to();

  EXPECT_NE(failure.find(known_hosts().string() + ":2"), std::string::npos) << failure;
  EXPECT_NE(failure.find("SHA256:"), std::string::npos) << failure;
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 0);
}

TEST_F(HostKeys, TreatsAnotherKeyTypeAsChanged) {
  know(name() + " ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB\n");

  EXPECT_NE(connect_to().find(known_hosts().string() + ":1"), std::string::npos);
}

TEST_F(HostKeys, RefusesARevokedKey) {
  know(name() + " " + public_part() + "\n@revoked * " + public_part() + "\n");

  const std::string failure = connect_to();

  EXPECT_NE(failure.find("revoked"), std::string::npos) << failure;
  EXPECT_NE(failure.find(known_hosts().string() + ":2"), std::string::npos) << failure;
}

TEST_F(HostKeys, FindsHashedNames) {
  know(name() + " " + public_part() + "\n");
  run_program({"ssh-keygen", "-H", "-f", known_hosts()});
  const std::string hashed = known();
  ASSERT_TRUE(hashed.starts_with("|1|"));

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), hashed);
}

TEST_F(HostKeys, RefusesAChangedKeyOfAHashedName) {
  know(name() + " " + other_key() + "\n");
  run_program({"ssh-keygen", "-H", "-f", known_hosts()});

  EXPECT_NE(connect_to().find(known_hosts().string() + ":1"), std::string::npos);
}

TEST_F(HostKeys, RequestsTheKnownKeyType) {
  Sshd::Options options;
  options.host_keys = {"ed25519", "ecdsa", "rsa"};
  const Sshd sshd(options);
  for (const std::string type : {"rsa", "ecdsa", "ed25519"}) {
    const std::string line =
        "[127.0.0.2]:" + std::to_string(sshd.port()) + " " + public_key(sshd.host_key(type)) + "\n";
    know(line);
    const auto backend = connect(settings_for(sshd));

    EXPECT_EQ(failure_of(*backend, "127.0.0.2"), "it connects");
    EXPECT_EQ(known(), line);
  }
}

TEST_F(HostKeys, RefusesANewKeyIfStrict) {
  write_ssh_config("StrictHostKeyChecking yes\n");

  EXPECT_NE(connect_to().find("StrictHostKeyChecking"), std::string::npos);
  EXPECT_EQ(known(), "");
}

TEST_F(HostKeys, AcceptsAChangedKeyWithAWarningIfUnchecked) {
  write_ssh_config("StrictHostKeyChecking no\n");
  know(name() + " " + other_key() + "\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(HostKeys, UsesTheConfiguredKnownHostsFile) {
  write_ssh_config("UserKnownHostsFile ~/mine\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_TRUE(std::filesystem::exists(home_.path() / "mine"));
  EXPECT_EQ(known(), "");
}

TEST_F(HostKeys, WarnsIfAKeyCannotBeSaved) {
  write_ssh_config("UserKnownHostsFile /proc/nowhere/known_hosts\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(warnings_.size(), 1u);
}

}  // namespace
}  // namespace kamal::sshkit
