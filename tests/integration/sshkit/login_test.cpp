#include <fstream>

#include "integration/sshkit/agent_support.h"
#include "integration/sshkit/login_fixture.h"
#include "kamal/support/files.h"

namespace kamal::sshkit {
namespace {

using test::run_program;
using test::SshAgent;
using test::Sshd;
using ::testing::HasSubstr;

TEST_F(Login, WithAnRsaOrEcdsaKey) {
  for (const std::string type : {"rsa", "ecdsa"})
    EXPECT_TRUE(works(settings_with({accepted_key(type, type)}))) << type;
}

TEST_F(Login, WithAPemKey) {
  const auto key = accepted_key("pem", "rsa");
  run_program({"ssh-keygen", "-q", "-p", "-N", "", "-m", "PEM", "-f", key});

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(Login, WithTheSecondOfTwoKeys) {
  EXPECT_TRUE(works(settings_with({new_key("stranger"), accepted_key("friend")})));
}

TEST_F(Login, WithAKeyPathThatStartsWithTilde) {
  accepted_key("mine");

  EXPECT_TRUE(works(settings_with({"~/mine"})));
}

TEST_F(Login, WithKeyData) {
  const auto key = accepted_key("data");
  SshSettings settings = settings_with({});
  settings.key_data = {read_file(key)};

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, WithADefaultKeyOfTheHomeDirectory) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  SshSettings settings = settings_with({});
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, WithAKeyOfTheConfigurationFile) {
  write_ssh_config("Host 127.*\n  IdentityFile ~/configured\n");
  accepted_key("configured");

  EXPECT_TRUE(works(settings_with({})));
}

TEST_F(Login, WithACertificateFile) {
  const auto authority = new_key("authority");
  const auto key = new_key("certified");
  run_program({"ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", own_user(), key.string() + ".pub"});
  std::ofstream(sshd_.authorized_keys())
      << "cert-authority " << std::ifstream(authority.string() + ".pub").rdbuf();

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(Login, WithKeyDataBetweenBlankLines) {
  SshSettings settings = settings_with({});
  settings.key_data = {"\n  " + read_file(accepted_key("data")) + "\n\n"};

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, WithDefaultKeysBesideKeyData) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  SshSettings settings = settings_with({});
  settings.key_data = {read_file(new_key("stranger"))};
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, WithAKeyWhoseCertificateIsRefused) {
  const auto authority = new_key("authority"), key = accepted_key("certified");
  run_program({"ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", own_user(), key.string() + ".pub"});

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(Login, RetriesAConnectionClosedAtTheFirstKey) {
  Sshd::Options options;
  options.config = {"MaxAuthTries 1"};
  const Sshd sshd(options);
  SshSettings settings = settings_for(sshd);
  settings.keys = {new_key("stranger")};
  const auto backend = connect(settings);

  EXPECT_THAT(failure_of(*backend, "127.0.0.1"), HasSubstr("connection closed: "));
  EXPECT_EQ(sshd.count_in_log("Failed publickey"), 4);
}

TEST_F(Login, DoesNotRetryAConnectionClosedAtTheSecondKey) {
  Sshd::Options options;
  options.config = {"MaxAuthTries 2"};
  const Sshd sshd(options);
  SshSettings settings = settings_for(sshd);
  settings.keys = {new_key("stranger"), new_key("other")};
  const auto backend = connect(settings);

  EXPECT_THAT(failure_of(*backend, "127.0.0.1"), HasSubstr("too many keys tried"));
  EXPECT_EQ(sshd.count_in_log("Failed publickey"), 2);
}

TEST_F(Login, ReportsThatThereAreNoKeys) {
  const auto backend = connect(settings_with({"/no/such/key"}));

  const std::string failure = failure_of(*backend, "127.0.0.1");

  EXPECT_THAT(failure, HasSubstr("No keys to try; /no/such/key: no such file; the host offers publickey"));
  EXPECT_THAT(failure, HasSubstr("Set ssh/keys or ssh/key_data"));
}

TEST_F(Login, ReportsTheKeysTried) {
  const auto key = new_key("stranger");
  const auto backend = connect(settings_with({key, "/no/such/key"}));

  const std::string failure = failure_of(*backend, "127.0.0.1");

  EXPECT_NE(failure.find("127.0.0.1"), std::string::npos) << failure;
  EXPECT_NE(failure.find(own_user() + "@127.0.0.1:" + std::to_string(sshd_.port())), std::string::npos)
      << failure;
  EXPECT_NE(failure.find("permission denied"), std::string::npos) << failure;
  EXPECT_NE(failure.find(key.string()), std::string::npos) << failure;
  EXPECT_NE(failure.find("/no/such/key: no such file"), std::string::npos) << failure;
}

TEST_F(Login, ReportsAnInvalidKeyFile) {
  std::ofstream(home_.path() / "note") << "this is no key\n";
  const auto backend = connect(settings_with({home_.path() / "note"}));

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("note: not a valid private key"), std::string::npos);
}

TEST_F(Login, StopsWhenTheServerClosesTheConnection) {
  std::vector<std::string> keys;
  for (int i = 0; i < 8; ++i) keys.push_back(new_key("key" + std::to_string(i)));
  const auto backend = connect(settings_with(keys));

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("too many keys tried"), std::string::npos);
}

TEST_F(Login, SignsWithoutAQuery) {
  works(settings_for(sshd_));

  EXPECT_EQ(sshd_.count_in_log("Postponed publickey"), 0);
  EXPECT_EQ(sshd_.count_in_log("Failed none"), 0);
}

TEST_F(Login, ForwardsTheAgent) {
  const SshAgent agent(home_.path());
  const auto key = new_key("forwarded");
  agent.add(key);
  environment_["SSH_AUTH_SOCK"] = agent.socket();
  SshSettings settings = settings_for(sshd_);
  settings.forward_agent = true;
  const auto backend = connect(settings);

  const StepResult result = run(backend->server(Host("127.0.0.1")), "ssh-add -l");

  EXPECT_NE(result.out.find("forwarded"), std::string::npos) << result.err;
}

TEST_F(Login, DoesNotForwardTheAgentByDefault) {
  const SshAgent agent(home_.path());
  environment_["SSH_AUTH_SOCK"] = agent.socket();
  const auto backend = connect(settings_for(sshd_));

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "echo \"[$SSH_AUTH_SOCK]\"").out, "[]\n");
}

TEST_F(Login, ToManyServersAtOnce) {
  const auto backend = connect(settings_for(sshd_));
  std::vector<Host> hosts;
  for (int i = 1; i <= 20; ++i) hosts.emplace_back("127.0.0." + std::to_string(i));
  backend->prepare(hosts);
  std::vector<std::future<std::string>> outputs;
  for (const Host& host : hosts) {
    outputs.push_back(std::async(std::launch::async, [&] {
      return run(backend->server(host), "set -- $SSH_CONNECTION; echo $3").text();
    }));
  }

  for (size_t i = 0; i < hosts.size(); ++i) EXPECT_EQ(outputs[i].get(), hosts[i].str());
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 20);
}

TEST_F(Login, ToAHostWithUserAndPort) {
  SshSettings settings = settings_for(sshd_);
  settings.port = 1;
  settings.user = "nobody";
  const auto backend = connect(settings);

  EXPECT_EQ(
      run(backend->server(Host(own_user() + "@127.0.0.1:" + std::to_string(sshd_.port()))), "echo in").out,
      "in\n");
}

TEST_F(Login, ToAnAliasOfTheConfigurationFile) {
  write_ssh_config("Host web\n  HostName 127.0.0.5\n  Port 1\n  User nobody\n");
  SshSettings settings = settings_for(sshd_);
  settings.user_is_set = settings.port_is_set = false;
  const auto backend = connect(settings);

  EXPECT_EQ(run(backend->server(Host("web")), "set -- $SSH_CONNECTION; echo $3").out, "127.0.0.5\n");
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_.at(0).find("ssh/user and ssh/port"), std::string::npos) << warnings_.at(0);
}

TEST_F(Login, IgnoresTheConfigurationFileIfDisabled) {
  write_ssh_config("Host 127.0.0.1\n  HostName 127.0.0.5\n");
  SshSettings settings = settings_for(sshd_);
  settings.config_files.clear();
  settings.use_config = false;
  const auto backend = connect(settings);

  EXPECT_EQ(run(backend->server(Host("127.0.0.1")), "set -- $SSH_CONNECTION; echo $3").out, "127.0.0.1\n");
}

}  // namespace
}  // namespace kamal::sshkit
