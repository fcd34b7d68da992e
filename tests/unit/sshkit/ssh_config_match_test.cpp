#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include "kamal/sshkit/executor.h"
#include "kamal/support/process.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"
#include "sshkit/ssh/config_file.h"

namespace kamal::sshkit {
namespace {

class SshConfigMatch : public ::testing::Test {
 protected:
  ~SshConfigMatch() override { std::filesystem::remove_all(directory_); }

  static std::filesystem::path new_directory() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-match-XXXXXX";
    return mkdtemp(path.data());
  }

  void write(const std::string& text, const std::string& file = "config") const {
    std::ofstream(directory_ / file) << text;
  }

  HostConfig of(const ConfigQuery& query) {
    ConfigFiles files({directory_ / "config"}, directory_,
                      [this](const std::string& text) { warnings_.push_back(text); });
    return files.lookup(query);
  }

  // Does a block with these criteria count?
  bool applies(const std::string& criteria, const ConfigQuery& query) {
    write("HostName %h.example.com\nMatch " + criteria + "\n  Port 7\n");
    return of(query).port == 7;
  }

  std::string failure_of(const std::string& criteria) {
    try {
      applies(criteria, ada_at_web_);
    } catch (const ConnectionError& error) {
      return error.what();
    }
    return "";
  }

  const std::filesystem::path directory_ = new_directory();
  const ConfigQuery ada_at_web_{.host = "web", .user = "ada", .local_user = "me"};
  std::vector<std::string> warnings_;
};

TEST_F(SshConfigMatch, HostMatchesHostName) {
  EXPECT_TRUE(applies("host web.example.com", ada_at_web_));
  EXPECT_TRUE(applies("host *.Example.com", ada_at_web_));
  EXPECT_FALSE(applies("host web", ada_at_web_));
}

TEST_F(SshConfigMatch, OriginalHostMatchesTheGivenName) {
  EXPECT_TRUE(applies("originalhost WEB", ada_at_web_));
  EXPECT_FALSE(applies("originalhost web.example.com", ada_at_web_));
}

TEST_F(SshConfigMatch, UserAndLocalUserMatchTheirSides) {
  EXPECT_TRUE(applies("user ada", ada_at_web_));
  EXPECT_FALSE(applies("user me", ada_at_web_));
  EXPECT_FALSE(applies("user ADA", ada_at_web_));
  EXPECT_TRUE(applies("localuser me", ada_at_web_));
  EXPECT_FALSE(applies("localuser ada", ada_at_web_));
}

TEST_F(SshConfigMatch, UserDefaultsToTheConfiguredThenTheLocalUser) {
  const ConfigQuery web{.host = "web", .user = {}, .local_user = "me"};
  EXPECT_TRUE(applies("user me", web));
  write("User bob\nMatch user bob\n  Port 7\n");
  EXPECT_EQ(of(web).port, 7);
  EXPECT_EQ(of(ada_at_web_).port, std::nullopt);
}

TEST_F(SshConfigMatch, RequiresAllCriteria) {
  EXPECT_TRUE(applies("originalhost web user ada localuser me", ada_at_web_));
  EXPECT_FALSE(applies("originalhost web user ada localuser you", ada_at_web_));
  EXPECT_FALSE(applies("originalhost db user ada", ada_at_web_));
}

TEST_F(SshConfigMatch, AcceptsListsAndNegation) {
  EXPECT_TRUE(applies("originalhost db,web", ada_at_web_));
  EXPECT_TRUE(applies("originalhost w*,!db", ada_at_web_));
  EXPECT_FALSE(applies("originalhost !web,*", ada_at_web_));
  EXPECT_FALSE(applies("originalhost !db", ada_at_web_));
  EXPECT_TRUE(applies("!originalhost db", ada_at_web_));
  EXPECT_FALSE(applies("!originalhost web", ada_at_web_));
  EXPECT_TRUE(applies("!user root,bob !originalhost db", ada_at_web_));
}

TEST_F(SshConfigMatch, AcceptsEqualsSignsQuotesCapitalsAndComments) {
  EXPECT_TRUE(applies("originalhost=web user = ada", ada_at_web_));
  EXPECT_TRUE(applies("OriginalHost \"db,web\" # user bob", ada_at_web_));
}

TEST_F(SshConfigMatch, AllAlwaysApplies) {
  EXPECT_TRUE(applies("all", ada_at_web_));
  EXPECT_TRUE(applies("All # comment", ada_at_web_));
  EXPECT_FALSE(applies("!all", ada_at_web_));
}

TEST_F(SshConfigMatch, FinalAppliesLastWithoutAWarning) {
  EXPECT_TRUE(applies("final", ada_at_web_));
  EXPECT_TRUE(applies("final all", ada_at_web_));
  EXPECT_TRUE(applies("canonical final host web.example.com", ada_at_web_));
  write("Match final all\n  Port 7\nHost *\n  Port 8\n");
  EXPECT_EQ(of(ada_at_web_).port, 8);
  EXPECT_EQ(warnings_, std::vector<std::string>{});
}

TEST_F(SshConfigMatch, CanonicalAppliesInTheFinalPassOnly) {
  EXPECT_FALSE(applies("canonical", ada_at_web_));
  EXPECT_TRUE(applies("!canonical", ada_at_web_));
  write("CanonicalizeHostname yes\nMatch canonical\n  Port 7\n");
  EXPECT_EQ(of(ada_at_web_).port, 7);
}

TEST_F(SshConfigMatch, FinalMatchesHostBlocksAgainstHostName) {
  write("HostName long.example.com\nHost long.example.com\n  Port 7\nMatch final\n  HostName too.late\n");

  EXPECT_EQ(of(ada_at_web_).port, 7);
  EXPECT_EQ(of(ada_at_web_).host_name, "long.example.com");
}

TEST_F(SshConfigMatch, FinalAddsEachIdentityFileOnce) {
  write("IdentityFile ~/key\nMatch final\n  IdentityFile ~/last\n");

  EXPECT_EQ(of(ada_at_web_).identity_files, (std::vector<std::string>{"~/key", "~/last"}));
}

TEST_F(SshConfigMatch, FinalInASkippedBlockCounts) {
  write("Match final\n", "inner");
  write("Host db\n  Include " + (directory_ / "inner").string() +
        "\nHost web\n  HostName long\nHost long\n  Port 7\n");

  EXPECT_EQ(of(ada_at_web_).port, 7);
}

TEST_F(SshConfigMatch, IncludesFilesOnlyIfItApplies) {
  write("Port 7\n", "inner");
  const std::string include = "\n  Include " + (directory_ / "inner").string() + "\n";
  write("Match user ada" + include);
  EXPECT_EQ(of(ada_at_web_).port, 7);
  write("Match user bob" + include);
  EXPECT_EQ(of(ada_at_web_).port, std::nullopt);
}

TEST_F(SshConfigMatch, ExecIsIgnoredWithOneWarning) {
  write("Match originalhost web exec \"true\"\n  Port 7\nMatch !exec true\n  Port 8\nMatch all\n  Port 9\n");
  ConfigFiles files({directory_ / "config"}, directory_,
                    [this](const std::string& text) { warnings_.push_back(text); });

  EXPECT_EQ(files.lookup(ada_at_web_).port, 9);
  EXPECT_EQ(files.lookup({.host = "db", .user = {}, .local_user = "me"}).port, 9);
  EXPECT_EQ(warnings_, std::vector<std::string>{(directory_ / "config").string() +
                                                ":1: Match exec is not supported; its block is ignored"});
}

TEST_F(SshConfigMatch, ExecForAnotherHostDoesNotWarn) {
  EXPECT_FALSE(applies("exec true originalhost db", ada_at_web_));
  EXPECT_FALSE(applies("originalhost db exec true", ada_at_web_));
  EXPECT_EQ(warnings_, std::vector<std::string>{});
}

TEST_F(SshConfigMatch, ReportsTheLineOfAnError) {
  const std::string line = (directory_ / "config").string() + ":2: ";
  EXPECT_EQ(failure_of(""), line + "Match needs a criterion, such as host or all");
  EXPECT_EQ(failure_of("host"), line + "Match host needs a pattern");
  EXPECT_EQ(failure_of("all host web"), line + "Match all takes no other criterion but final or canonical");
  EXPECT_EQ(failure_of("host a user b all"),
            line + "Match all takes no other criterion but final or canonical");
  EXPECT_EQ(failure_of("hots web"),
            line +
                "Match has no criterion \"hots\" (available: all, canonical, final, host, "
                "originalhost, user, localuser)");
  EXPECT_EQ(failure_of("host \"web"), line + "unterminated quote");
}

// OpenSSH itself, on files that are put together at random.
class SameAsOpenSsh : public SshConfigMatch {
 protected:
  void SetUp() override {
    if (system("command -v ssh >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no ssh to compare with";
  }

  // `ssh -G`: HOSTNAME USER PORT ALIAS KEY..., or "refused".
  std::string of_openssh(const ConfigQuery& query) const {
    std::vector<std::string> argv{"ssh", "-G", "-F", directory_ / "config"};
    if (query.user) argv.insert(argv.end(), {"-l", *query.user});
    argv.push_back(query.host);
    const ProcessResult result = SystemProcesses(interruption_).run({.argv = argv});
    if (result.status != 0) return "refused";
    std::map<std::string, std::string> values;
    for (const std::string& line : lines_of(result.out)) {
      const size_t blank = line.find(' ');
      std::string& value = values[line.substr(0, blank)];
      value += (value.empty() ? "" : " ") + line.substr(blank + 1);
    }
    return values["hostname"] + " " + values["user"] + " " + values["port"] + " " + values["hostkeyalias"] +
           " " + values["identityfile"];
  }

  std::string of_ours(const ConfigQuery& query) {
    try {
      const HostConfig found = of(query);
      return lower(expand_host_name(found, query.host)) + " " +
             query.user.value_or(found.user.value_or(query.local_user)) + " " +
             std::to_string(found.port.value_or(22)) + " " + found.host_key_alias.value_or("") + " " +
             join(found.identity_files, " ");
    } catch (const ConnectionError&) {
      return "refused";
    }
  }

  std::string one_of(const std::vector<std::string>& choices) { return choices[random_() % choices.size()]; }

  std::string criterion() {
    const std::string negation = one_of({"", "", "!"});
    const std::string attribute =
        one_of({"host", "originalhost", "user", "localuser", "final", "canonical", "Host", "all"});
    if (attribute == "final" || attribute == "canonical" || attribute == "all") return negation + attribute;
    return negation + attribute + one_of({" ", " ", "=", " = "}) +
           one_of({"web", "db", "WEB,db", "*", "!web,*", "w?b,!db", "\"web,*.test\"", "web.test", "root,ada",
                   "!bob", "a*", own_name_, "*,!" + own_name_});
  }

  std::string line() {
    switch (random_() % 12) {
      case 0:
      case 1:
        return "Host " +
               one_of({"web", "db web", "*", "!db *", "* !web", "web.test", "w?b", "'db'", "\"web\" x"});
      case 2:
      case 3:
      case 4: {
        std::string match = "Match " + criterion();
        if (random_() % 2 == 0) match += " " + criterion();
        return match + one_of({"", "", " # comment"});
      }
      case 5:
        return "Include " + (directory_ / "inner").string();
      case 6:
        return one_of({"HostName ", "hostname="}) + one_of({"%h.test", "db", "web", "Web.Test"});
      case 7:
        return "User" + one_of({" ", "=", " = "}) + one_of({"ada", "bob", "\"ada\"", "root # comment"});
      case 8:
        return "HostKeyAlias " + one_of({"one", "two", "'three'", "fo\\ur"});
      case 9:
        return "IdentityFile " + one_of({"/k1", "/k2", "\"/k3\""});
      default:
        return "  Port " + std::to_string(1000 + random_() % 1000);
    }
  }

  std::string text(int lines) {
    // Without keys of its own, ssh -G lists the usual ones.
    std::string text;
    for (int i = 0; i < lines; ++i) text += line() + "\n";
    return text;
  }

  Interruption interruption_;
  std::string own_name_ = chomp(SystemProcesses(interruption_).run({.argv = {"id", "-un"}}).out);
  std::mt19937 random_{20261128};
};

TEST_F(SameAsOpenSsh, ForGeneratedFiles) {
  int refused = 0, in_final_pass = 0;
  for (int i = 0; i < 150; ++i) {
    const std::string outer = "IdentityFile /k0\n" + text(8),
                      inner = i % 3 == 0 ? "" : "Port 999\n" + line() + "\n" + "HostKeyAlias in\n";
    if (inner.find("Include") != std::string::npos) continue;
    write(outer);
    write(inner, "inner");
    const ConfigQuery query{.host = one_of({"web", "db", "WEB"}),
                            .user = i % 2 == 0 ? std::nullopt : std::optional(one_of({"ada", "root"})),
                            .local_user = own_name_};

    const std::string expected = of_openssh(query);

    ASSERT_EQ(of_ours(query), expected) << query.host << " " << query.user.value_or("") << "\n"
                                        << outer << "--- inner\n"
                                        << inner;
    if (expected == "refused") ++refused;
    if (outer.find("final") != std::string::npos) ++in_final_pass;
  }
  EXPECT_LT(refused, 75);
  EXPECT_GT(in_final_pass, 20);
  EXPECT_EQ(warnings_, std::vector<std::string>{});
}

}  // namespace
}  // namespace kamal::sshkit
