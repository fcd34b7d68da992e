#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kamal/sshkit/executor.h"
#include "sshkit/ssh/config_file.h"
#include "sshkit/ssh/config_line.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {
namespace {

class SshConfig : public ::testing::Test {
 protected:
  ~SshConfig() override { std::filesystem::remove_all(home_); }

  void write(const std::string& text, const std::string& file = ".ssh/config") const {
    std::ofstream(home_ / file) << text;
  }

  HostConfig of(const std::string& host, std::vector<std::string> files = {".ssh/config"}) {
    std::vector<std::filesystem::path> paths;
    for (const auto& file : files) paths.push_back(home_ / file);
    ConfigFiles config(paths, home_, [this](const std::string& text) { warnings_.push_back(text); });
    return config.lookup({.host = host, .user = {}, .local_user = "me"});
  }

  // What becomes of a host of deploy.yml with the files and settings.
  Target target(const std::string& host) {
    TargetResolver resolver(settings_, environment_,
                            [this](const std::string& text) { warnings_.push_back(text); });
    return resolver.server(Host(host));
  }

  Target jump(const std::string& text) {
    TargetResolver resolver(settings_, environment_,
                            [this](const std::string& warning) { warnings_.push_back(warning); });
    return resolver.jump(HostSpec::parse(text));
  }

  std::string failure_of(const std::string& text) {
    write(text);
    try {
      of("web");
    } catch (const ConnectionError& error) {
      return error.what();
    }
    return "";
  }

  static std::filesystem::path new_home() {
    std::string path = std::filesystem::temp_directory_path() / "kamal-config-XXXXXX";
    const std::filesystem::path home = mkdtemp(path.data());
    std::filesystem::create_directory(home / ".ssh");
    return home;
  }

  const std::filesystem::path home_ = new_home();
  std::vector<std::string> warnings_;
  EnvironmentMap environment_{{"HOME", home_.string()}};
  SshSettings settings_ = [] {
    SshSettings settings;
    settings.config_files = {"~/.ssh/config"};
    return settings;
  }();
};

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

TEST(HostSpec, ParsesUserAndPort) {
  const HostSpec text = HostSpec::parse("ada@web.example.com:2222");

  EXPECT_EQ(text.user, "ada");
  EXPECT_EQ(text.host, "web.example.com");
  EXPECT_EQ(text.port, 2222);
}

TEST(HostSpec, ParsesIpv6Addresses) {
  EXPECT_EQ(HostSpec::parse("2001:db8::1").host, "2001:db8::1");
  EXPECT_EQ(HostSpec::parse("2001:db8::1").port, std::nullopt);
  EXPECT_EQ(HostSpec::parse("[2001:db8::1]:2222").host, "2001:db8::1");
  EXPECT_EQ(HostSpec::parse("[2001:db8::1]:2222").port, 2222);
}

TEST(HostSpec, RejectsInvalidText) {
  for (const char* text : {"", "user@", "host:port", "host:0", "host:70000", "[::1"})
    EXPECT_THROW(HostSpec::parse(text), ConnectionError) << text;
}

TEST_F(SshConfig, UserAndPortOfAServerAreIgnored) {
  write("User config\nPort 7\nHostName 10.0.0.1\n");

  EXPECT_EQ(target("web").text(), "root@10.0.0.1:22");
  settings_.user = "deploy";
  settings_.port = 2222;
  settings_.user_is_set = settings_.port_is_set = true;
  EXPECT_EQ(target("web").text(), "deploy@10.0.0.1:2222");
  EXPECT_EQ(target("ada@web:8").text(), "ada@10.0.0.1:8");
}

TEST_F(SshConfig, WarnsOnceOfIgnoredUserAndPort) {
  write("Host web\n  User ada\n  Port 7\nHost db\n  User bob\n");
  TargetResolver resolver(settings_, environment_,
                          [this](const std::string& text) { warnings_.push_back(text); });

  EXPECT_EQ(resolver.server(Host("web")).text(), "root@web:22");
  EXPECT_EQ(resolver.server(Host("db")).text(), "root@db:22");
  EXPECT_EQ(resolver.server(Host("web")).text(), "root@web:22");

  const std::string file = (home_ / ".ssh/config").string();
  EXPECT_EQ(warnings_, std::vector<std::string>{"web: User ada (" + file + ":2) and Port 7 (" + file +
                                                ":3) are ignored: kamal logs in as root on port 22 (set "
                                                "ssh/user and ssh/port in deploy.yml)"});
}

TEST_F(SshConfig, WarnsOfAnIgnoredPortAfterAnIgnoredUser) {
  write("Host web\n  User ada\nHost db\n  User ada\n  Port 7\n");
  TargetResolver resolver(settings_, environment_,
                          [this](const std::string& text) { warnings_.push_back(text); });
  resolver.server(Host("web"));
  resolver.server(Host("db"));

  const std::string file = (home_ / ".ssh/config").string();
  EXPECT_EQ(
      warnings_,
      (std::vector<std::string>{
          "web: User ada (" + file + ":2) is ignored: kamal logs in as root (set ssh/user in deploy.yml)",
          "db: Port 7 (" + file + ":5) is ignored: kamal logs in on port 22 (set ssh/port in deploy.yml)"}));
}

TEST_F(SshConfig, WarnsOfNoUserOrPortThatIsUsedOrSet) {
  write("Host same\n  User root\n  Port 22\nHost other\n  User ada\n  Port 7\n");
  EXPECT_EQ(target("same").text(), "root@same:22");
  EXPECT_EQ(target("bob@other:9").text(), "bob@other:9");
  settings_.user_is_set = settings_.port_is_set = true;
  EXPECT_EQ(target("other").text(), "root@other:22");

  EXPECT_EQ(warnings_, std::vector<std::string>{});
}

TEST_F(SshConfig, UserAndPortOfAJumpHostAreUsed) {
  write("User config\nPort 7\n");

  EXPECT_EQ(jump("bastion").text(), "config@bastion:7");
  EXPECT_EQ(jump("ada@bastion:8").text(), "ada@bastion:8");
  EXPECT_EQ(warnings_, std::vector<std::string>{});
}

TEST_F(SshConfig, IsReadForJumpHostsEvenIfDisabledForServers) {
  write("User config\nHostName 10.0.0.1\n");
  settings_.config_files.clear();
  settings_.use_config = false;

  EXPECT_EQ(target("web").text(), "root@web:22");
  EXPECT_EQ(jump("bastion").text(), "config@10.0.0.1:22");
}

TEST_F(SshConfig, ExpandsTokens) {
  write(
      "HostName %h.example.com\nHostKeyAlias box\nIdentityFile %d/%r-%h-%k-%i\nProxyCommand nc %h %p %r %n "
      "%%\n");
  settings_.user = "ada";
  settings_.port = 7;

  for (const char* host : {"web", "ada@web:7"}) {
    const Target found = target(host);

    EXPECT_EQ(found.address, "web.example.com");
    EXPECT_EQ(found.other_keys, (std::vector<std::filesystem::path>{
                                    home_ / ("ada-web.example.com-box-" + std::to_string(getuid()))}));
    EXPECT_EQ(found.proxy_command, "nc web.example.com 7 ada web %");
  }
}

TEST_F(SshConfig, ExpandsVariablesOnce) {
  write("IdentityFile ${KEY}\n");
  environment_["KEY"] = "/${KEY}";

  EXPECT_EQ(target("web").other_keys, (std::vector<std::filesystem::path>{"/${KEY}"}));
}

TEST_F(SshConfig, IdentityFileNoneAddsNoKey) {
  write("IdentityFile none\n");
  EXPECT_EQ(of("web").identity_files, std::vector<std::string>{"none"});
  EXPECT_TRUE(target("web").other_keys.empty());
}

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

TEST_F(SshConfig, AcceptsYesAndTrue) {
  write("IdentitiesOnly true\nStrictHostKeyChecking true\n");
  EXPECT_TRUE(target("web").identities_only);
  EXPECT_EQ(target("web").unknown_host_keys, UnknownHostKeys::refuse);

  write("IdentitiesOnly yes\nStrictHostKeyChecking false\n");
  EXPECT_TRUE(target("web").identities_only);
  EXPECT_EQ(target("web").changed_host_keys, ChangedHostKeys::accept);
}

TEST_F(SshConfig, AddsKeysUnlessDeployYmlSetsThem) {
  write("IdentityFile ~/config\n");
  EXPECT_EQ(target("web").other_keys, (std::vector<std::filesystem::path>{home_ / "config"}));

  settings_.keys = {"~/deploy"};
  EXPECT_EQ(target("web").configured_keys, (std::vector<std::filesystem::path>{home_ / "deploy"}));
  EXPECT_TRUE(target("web").other_keys.empty());
}

TEST_F(SshConfig, FallsBackToDefaultKeys) {
  EXPECT_EQ(target("web").other_keys,
            (std::vector<std::filesystem::path>{home_ / ".ssh/id_ed25519", home_ / ".ssh/id_ecdsa",
                                                home_ / ".ssh/id_rsa"}));
}

TEST_F(SshConfig, TriesOnlyKeyDataWithKeysOnly) {
  settings_.keys_only = true;
  settings_.key_data = {"key"};

  EXPECT_TRUE(target("web").other_keys.empty());
}

TEST_F(SshConfig, KeepsDefaultKeysBesideKeyData) {
  settings_.key_data = {"key"};

  EXPECT_EQ(target("web").other_keys,
            (std::vector<std::filesystem::path>{home_ / ".ssh/id_ed25519", home_ / ".ssh/id_ecdsa",
                                                home_ / ".ssh/id_rsa"}));
}

TEST_F(SshConfig, KeepsDefaultKeysWithKeysOnlyButNoKeys) {
  settings_.keys_only = true;

  EXPECT_EQ(target("web").other_keys.size(), 3u);
}

TEST_F(SshConfig, TriesItsKeysBesideKeyDataWithKeysOnly) {
  write("IdentityFile ~/config\n");
  settings_.keys_only = true;
  settings_.key_data = {"key"};

  EXPECT_EQ(target("web").other_keys, (std::vector<std::filesystem::path>{home_ / "config"}));
}

TEST_F(SshConfig, SelectsTheAgent) {
  environment_["SSH_AUTH_SOCK"] = "/agent";
  environment_["OTHER"] = "/other";
  EXPECT_EQ(target("web").agent_socket, "/agent");
  for (const auto& [written, found] :
       std::vector<std::pair<std::string, std::optional<std::string>>>{{"none", {}},
                                                                       {"SSH_AUTH_SOCK", "/agent"},
                                                                       {"$OTHER", "/other"},
                                                                       {"${OTHER}", "/other"},
                                                                       {"~/sock", home_ / "sock"}}) {
    write("IdentityAgent " + written + "\n");
    EXPECT_EQ(target("web").agent_socket, found) << written;
  }
}

TEST_F(SshConfig, NamesHostKeysByAddressAndPort) {
  write("Host alias\n  HostName Web.Example.com\nHost named\n  HostKeyAlias the-host\n");

  EXPECT_EQ(target("10.0.0.1").key_name, "10.0.0.1");
  EXPECT_EQ(target("alias:2222").key_name, "[web.example.com]:2222");
  EXPECT_EQ(target("named:7").key_name, "the-host");
}

TEST_F(SshConfig, SelectsKnownHostsFilesAndChecks) {
  write("UserKnownHostsFile ~/a ~/b\nGlobalKnownHostsFile none\nStrictHostKeyChecking YES\n");

  const Target found = target("web");

  EXPECT_EQ(found.user_known_hosts, (std::vector<std::filesystem::path>{home_ / "a", home_ / "b"}));
  EXPECT_TRUE(found.global_known_hosts.empty());
  EXPECT_EQ(found.unknown_host_keys, UnknownHostKeys::refuse);
  EXPECT_EQ(found.changed_host_keys, ChangedHostKeys::refuse);
}

TEST_F(SshConfig, ResolvesJumpHosts) {
  write("ProxyJump ada@a:7, b\n");

  const Target found = target("web");

  ASSERT_EQ(found.jumps.size(), 2u);
  EXPECT_EQ(found.jumps.at(0).user, "ada");
  EXPECT_EQ(found.jumps.at(1).host, "b");
}

TEST_F(SshConfig, ExpandsTokensAndUrisInProxyJump) {
  write("ProxyJump ssh://ada@a:7/,%r@gate-%h\n");

  const Target found = target("web");

  ASSERT_EQ(found.jumps.size(), 2u);
  EXPECT_EQ(found.jumps.at(0).user, "ada");
  EXPECT_EQ(found.jumps.at(0).host, "a");
  EXPECT_EQ(found.jumps.at(0).port, 7);
  EXPECT_EQ(found.jumps.at(1).user, "root");
  EXPECT_EQ(found.jumps.at(1).host, "gate-web");
}

TEST_F(SshConfig, ConnectsDirectlyWithNone) {
  write("ProxyJump none\nHost *\n  ProxyJump bastion\n");

  EXPECT_TRUE(target("web").jumps.empty());
}

TEST_F(SshConfig, IsOverriddenByTheJumpHostOfDeployYml) {
  write("ProxyCommand nc %h %p\n");
  settings_.proxy_jump = "bastion";

  const Target found = target("web");

  ASSERT_EQ(found.jumps.size(), 1u);
  EXPECT_EQ(found.jumps.at(0).user, "root");
  EXPECT_EQ(found.proxy_command, std::nullopt);
}

TEST_F(SshConfig, IsIgnoredIfDisabled) {
  write("HostName config\n");
  settings_.config_files.clear();
  settings_.use_config = false;

  EXPECT_EQ(target("web").address, "web");
  settings_.use_config = true;
  EXPECT_EQ(target("web").address, "config");
}

TEST_F(SshConfig, IsReadFromTheWorkingDirectory) {
  std::filesystem::create_directories(home_ / "project/.ssh");
  write("HostName 10.0.0.1\n", "project/.ssh/config");
  settings_.config_files.clear();
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(home_ / "project");

  EXPECT_EQ(target("web").address, "10.0.0.1");

  std::filesystem::current_path(before);
}

TEST_F(SshConfig, KeepsTheFirstListOfKnownHostsFiles) {
  write("Host web\n  UserKnownHostsFile ~/a\nHost *\n  UserKnownHostsFile ~/b ~/c\n");

  EXPECT_EQ(target("web").user_known_hosts, (std::vector<std::filesystem::path>{home_ / "a"}));
}

TEST_F(SshConfig, AcceptsChangedHostKeysWithEachWordForNo) {
  for (const std::string word : {"no", "off", "false"}) {
    write("StrictHostKeyChecking " + word + "\n");
    EXPECT_EQ(target("web").changed_host_keys, ChangedHostKeys::accept) << word;
    EXPECT_EQ(target("web").unknown_host_keys, UnknownHostKeys::accept) << word;
  }
}

TEST_F(SshConfig, ConnectTimeoutReplacesTheDefault) {
  settings_.connect_timeout = std::chrono::seconds(11);
  write("Host a\n  ConnectTimeout 7\nHost b\n  ConnectTimeout none\n");

  EXPECT_EQ(target("a").connect_timeout, std::chrono::seconds(7));
  EXPECT_EQ(target("b").connect_timeout, std::chrono::seconds(11));
}

TEST_F(SshConfig, AcceptsTheOldNameOfKbdInteractiveAuthentication) {
  for (const std::string name : {"KbdInteractiveAuthentication", "ChallengeResponseAuthentication"}) {
    write(name + " no\n");
    EXPECT_EQ(target("web").auth_methods, (std::vector<std::string>{"publickey", "password"})) << name;
  }
}

TEST_F(SshConfig, HasNoAgentWithAnEmptyVariable) {
  environment_["SSH_AUTH_SOCK"] = "";

  EXPECT_EQ(target("web").agent_socket, std::nullopt);
}

TEST_F(SshConfig, KeepsPasswordsFromJumpHosts) {
  EXPECT_TRUE(jump("bastion").separate_password);
  EXPECT_FALSE(target("web").separate_password);
}

}  // namespace
}  // namespace kamal::sshkit
