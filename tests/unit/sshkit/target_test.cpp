#include "unit/sshkit/ssh_config_fixture.h"

namespace kamal::sshkit {
namespace {

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
