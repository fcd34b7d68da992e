#include "unit/sshkit/ssh_config_fixture.h"

namespace kamal::sshkit {
namespace {

TEST(Pattern, MatchesWildcards) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("*.example.com", "web.example.com"));
  EXPECT_TRUE(matches_pattern("10.0.0.?", "10.0.0.7"));
  EXPECT_TRUE(matches_pattern("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_pattern("10.0.0.?", "10.0.0.17"));
  EXPECT_FALSE(matches_pattern("*.example.com", "example.com"));
  EXPECT_FALSE(matches_pattern("[ab]", "a"));
}

TEST(Pattern, IsOverriddenByANegatedOne) {
  EXPECT_TRUE(matches_patterns({"*", "!db"}, "web"));
  EXPECT_FALSE(matches_patterns({"!db", "*"}, "db"));
  EXPECT_TRUE(matches_patterns({"!db", "*"}, "web"));
  EXPECT_FALSE(matches_patterns({"*", "!db"}, "db"));
  EXPECT_FALSE(matches_patterns({"!db"}, "web"));
}

TEST_F(SshConfig, AppliesMatchingHostBlocks) {
  write("Host web db\n  User ada\n  Port 2222\nHost *\n  User bob\n");

  EXPECT_EQ(of("web").user, "ada");
  EXPECT_EQ(of("web").port, 2222);
  EXPECT_EQ(of("other").user, "bob");
}

TEST_F(SshConfig, KeepsTheFirstValue) {
  write("User first\nHost *\n  User second\n");

  EXPECT_EQ(of("web").user, "first");
}

TEST_F(SshConfig, KeepsTheValueOfTheFirstFile) {
  write("User first\n");
  write("User second\nPort 7\n", "other");

  EXPECT_EQ(of("web", {".ssh/config", "other"}).user, "first");
  EXPECT_EQ(of("web", {".ssh/config", "other"}).port, 7);
}

TEST_F(SshConfig, CollectsIdentityFiles) {
  write("IdentityFile ~/one\nHost web\n  IdentityFile \"~/with space\"\n");

  EXPECT_EQ(of("web").identity_files, (std::vector<std::string>{"~/one", "~/with space"}));
}

TEST_F(SshConfig, ReadsEqualsSignsCaseAndComments) {
  write("# comment\n\n  HOST=web # aside\n\tuSeR = ada\t# aside\r\n");

  EXPECT_EQ(of("web").user, "ada");
}

TEST_F(SshConfig, KeepsAProxyCommandAsWritten) {
  write("ProxyCommand ssh -W \"%h:%p\" # bastion\n");

  EXPECT_EQ(of("web").proxy_command, "ssh -W \"%h:%p\" # bastion");
}

TEST_F(SshConfig, PrefersTheFirstOfProxyJumpAndProxyCommand) {
  write("Host a\n  ProxyJump bastion\n  ProxyCommand nc\nHost b\n  ProxyCommand nc\n  ProxyJump bastion\n");

  EXPECT_EQ(of("a").proxy_jump, "bastion");
  EXPECT_EQ(of("a").proxy_command, std::nullopt);
  EXPECT_EQ(of("b").proxy_command, "nc");
  EXPECT_EQ(of("b").proxy_jump, std::nullopt);
}

TEST_F(SshConfig, IncludesRelativeFiles) {
  std::filesystem::create_directory(home_ / ".ssh/conf.d");
  write("Include conf.d/*.conf\nUser outer\n");
  write("Host web\n  User inner\n", ".ssh/conf.d/a.conf");

  EXPECT_EQ(of("web").user, "inner");
  EXPECT_EQ(of("other").user, "outer");
}

TEST_F(SshConfig, IncludesAreRelativeToItsDirectory) {
  std::filesystem::create_directories(home_ / "project/parts");
  write("Include parts/*\n", "project/ssh_config");
  write("Include parts/b\n", "project/parts/a");
  write("User ada\n", "project/parts/b");

  EXPECT_EQ(of("web", {"project/ssh_config"}).user, "ada");
}

TEST_F(SshConfig, ResumesItsBlockAfterAnInclude) {
  write("Host web\n  Include ~/inner\n  Port 7\n");
  write("Host db\n  User ada\n", "inner");

  EXPECT_EQ(of("web").port, 7);
  EXPECT_EQ(of("web").user, std::nullopt);
  EXPECT_EQ(of("db").user, std::nullopt);
}

TEST_F(SshConfig, IncludesFilesOnlyIfTheHostMatches) {
  write("Host web\n  Include ~/inner\nHost *\n  User outer\n");
  write("User inner\n", "inner");

  EXPECT_EQ(of("web").user, "inner");
  EXPECT_EQ(of("other").user, "outer");
}

TEST_F(SshConfig, LimitsNestedIncludes) {
  write("Include ~/.ssh/config\n");

  EXPECT_THROW(of("web"), ConnectionError);
}

TEST_F(SshConfig, AppliesMatchAll) {
  write("Match all\n  User ada\n");

  EXPECT_EQ(of("web").user, "ada");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SshConfig, ReadsDurations) {
  write("Host a\n  ConnectTimeout 7\nHost b\n  ConnectTimeout 1m30s\n");

  EXPECT_EQ(of("a").connect_timeout, std::chrono::seconds(7));
  EXPECT_EQ(of("b").connect_timeout, std::chrono::seconds(90));
}

TEST_F(SshConfig, ReportsTheLineOfAnError) {
  EXPECT_EQ(failure_of("\nPort ninety\n"),
            (home_ / ".ssh/config").string() + ":2: Port must be 1 to 65535, not ninety");
  EXPECT_EQ(failure_of("User \"ada\n"), (home_ / ".ssh/config").string() + ":1: unterminated quote");
}

TEST_F(SshConfig, IsEmptyWithoutAFile) { EXPECT_EQ(of("web").user, std::nullopt); }

TEST_F(SshConfig, AddsEachIdentityFileOnce) {
  write("IdentityFile ~/one\nIdentityFile ~/two\nIdentityFile ~/one\n");

  EXPECT_EQ(of("web").identity_files, (std::vector<std::string>{"~/one", "~/two"}));
}

TEST_F(SshConfig, ReadsQuotesAsOpenSsh) {
  write("HostKeyAlias 'x \"y'\nUser a\\ b\nIdentityAgent \"x'y\\\"z\"\n");

  EXPECT_EQ(of("web").host_key_alias, "x \"y");
  EXPECT_EQ(of("web").user, "a b");
  EXPECT_EQ(of("web").identity_agent, "x'y\"z");
}

TEST_F(SshConfig, IgnoresAnUnterminatedQuoteInAnUnusedLine) {
  write("LocalCommand echo it's\nUser ada\n");

  EXPECT_EQ(of("web").user, "ada");
}

}  // namespace
}  // namespace kamal::sshkit
