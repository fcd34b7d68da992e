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
  ~KnownHostsFile() override { std::filesystem::remove_all(folder_); }

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

  static std::filesystem::path new_folder() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-known-XXXXXX";
    return mkdtemp(path.data());
  }

  const std::filesystem::path folder_ = new_folder();
  const std::filesystem::path file_ = folder_ / "ssh/known_hosts";
  KnownHosts known_hosts_;
};

class Lines : public KnownHostsFile {
 protected:
  Lines() { std::filesystem::create_directory(folder_ / "ssh"); }
};

TEST_F(Lines, name_a_host_and_its_key) {
  write(line("web,10.0.0.1", ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::known);
  EXPECT_EQ(check("10.0.0.1", ed25519).state, State::known);
  EXPECT_EQ(check("db", ed25519).state, State::unknown);
}

TEST_F(Lines, tell_a_changed_key_with_their_number) {
  write("# comment\n\n" + line("web", rsa) + line("web", other_ed25519));

  const HostKeyVerdict verdict = check("web", ed25519);

  EXPECT_EQ(verdict.state, State::changed);
  EXPECT_EQ(verdict.file, file_);
  EXPECT_EQ(verdict.line, 4);
}

TEST_F(Lines, allow_several_keys) {
  write(line("web", other_ed25519) + line("web", ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::known);
}

TEST_F(Lines, tell_hosts_on_other_ports_apart) {
  write(line("[web]:2222", ed25519));

  EXPECT_EQ(check("[web]:2222", ed25519).state, State::known);
  EXPECT_EQ(check("web", ed25519).state, State::unknown);
  EXPECT_EQ(check("[web]:22222", ed25519).state, State::unknown);
}

TEST_F(Lines, may_have_patterns) {
  write(line("*.example.com,!db.example.com", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
  EXPECT_EQ(check("db.example.com", ed25519).state, State::unknown);
}

TEST_F(Lines, do_not_care_for_case) {
  write(line("Web.Example.COM", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
}

TEST_F(Lines, may_be_hashed) {
  // ssh-keygen -H of "web.example.com" with a salt of its own.
  write(line("|1|hrsztaQ2/2yGpJgFQzbTN2VwS6o=|4H/SSiXQSFp6XnoX6nb9s/oOyj8=", ed25519));

  EXPECT_EQ(check("web.example.com", ed25519).state, State::known);
  EXPECT_EQ(check("web.example.com", other_ed25519).state, State::changed);
  EXPECT_EQ(check("db.example.com", ed25519).state, State::unknown);
}

TEST_F(Lines, revoke_keys) {
  write(line("web", ed25519) + line("@revoked *", ed25519));

  const HostKeyVerdict verdict = check("web", ed25519);

  EXPECT_EQ(verdict.state, State::revoked);
  EXPECT_EQ(verdict.line, 2);
}

TEST_F(Lines, of_authorities_are_left_out) {
  write(line("@cert-authority web", other_ed25519));

  EXPECT_EQ(check("web", ed25519).state, State::unknown);
}

TEST_F(Lines, that_are_broken_are_left_out) {
  write("web\nweb ssh-ed25519\n" + line("web", ed25519) + "|1|x|y ssh-ed25519 AAAA\n\xff\xfe\n");

  EXPECT_EQ(check("web", ed25519).state, State::known);
}

TEST_F(Lines, tell_the_types_of_keys) {
  write(line("web", rsa) + line("web", ed25519) + line("web", other_ed25519) +
        line("@revoked web", {"ssh-dss", "AAAA"}));

  EXPECT_EQ(known_hosts_.key_types({file_}, "web"), (std::vector<std::string>{"ssh-rsa", "ssh-ed25519"}));
}

TEST_F(KnownHostsFile, is_made_for_its_owner_alone) {
  known_hosts_.add(file_, "web", ed25519);

  struct stat file {
  }, folder{};
  stat(file_.c_str(), &file);
  stat(file_.parent_path().c_str(), &folder);
  EXPECT_EQ(text(), line("web", ed25519));
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);
}

TEST_F(KnownHostsFile, that_is_missing_knows_nobody) {
  EXPECT_EQ(check("web", ed25519).state, State::unknown);
}

TEST_F(Lines, are_added_behind_a_line_without_an_end) {
  write("web " + ed25519.type + " " + ed25519.base64);

  known_hosts_.add(file_, "db", rsa);

  EXPECT_EQ(text(), line("web", ed25519) + line("db", rsa));
}

TEST_F(Lines, are_added_once) {
  known_hosts_.add(file_, "web", ed25519);
  known_hosts_.add(file_, "web", ed25519);

  EXPECT_EQ(text(), line("web", ed25519));
}

TEST_F(Lines, are_added_whole_by_many_threads) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
      threads.emplace_back([&, i] { known_hosts_.add(file_, "host" + std::to_string(i), ed25519); });
  }

  for (int i = 0; i < 20; ++i) EXPECT_EQ(check("host" + std::to_string(i), ed25519).state, State::known);
}

}  // namespace
}  // namespace kamal::sshkit
