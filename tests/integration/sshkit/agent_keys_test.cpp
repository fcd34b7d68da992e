#include "integration/sshkit/agent_fixture.h"

namespace kamal::sshkit {
namespace {

using test::agent_keys;
using test::agent_list;
using test::agent_number;
using test::run_program;
using ::testing::HasSubstr;

// Keys of the agent and the files that belong to them.
using AgentKeys = AgentLogin;

TEST_F(AgentKeys, WithACertificateInTheAgent) {
  for (const std::string type : {"ed25519", "rsa"}) {
    const auto key = new_key("certified_" + type, type);
    certify(key);
    agent_.add(key);  // with its certificate

    EXPECT_TRUE(works(any_key())) << type;
  }
}

TEST_F(AgentKeys, WithOnlyACertificateInTheAgent) {
  const auto key = new_key("certified");
  certify(key);
  agent_.add(key);
  std::filesystem::remove(key);
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_list) return answer;
    const size_t certificate = answer.find("ssh-ed25519-cert") - 8;  // after two lengths
    return agent_keys + agent_number(1) + answer.substr(certificate);
  });

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(AgentKeys, WithACertificateFileForAnAgentKey) {
  for (const std::string type : {"ed25519", "rsa"}) {
    const auto key = moved_to_agent(new_key("of_agent_" + type, type));
    certify(key);

    EXPECT_TRUE(works(settings_with({key}))) << type;
    EXPECT_TRUE(works(settings_with({key.string() + ".pub"}))) << type;
    EXPECT_TRUE(works(settings_with({key.string() + "-cert.pub"}))) << type;
  }
}

TEST_F(AgentKeys, WithACertificateFileForAnEncryptedKey) {
  const auto key = new_key("certified", "ed25519", "sesame");
  certify(key);
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(AgentKeys, WithAPublicKeyFileForAnAgentKey) {
  for (int i = 0; i < 7; ++i) agent_.add(new_key("stranger" + std::to_string(i)));
  const auto key = moved_to_agent(accepted_key("friend"));

  EXPECT_TRUE(works(settings_with({key.string() + ".pub"})));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 0);
}

TEST_F(AgentKeys, WithAPublicKeyInTheConfigurationFile) {
  for (int i = 0; i < 7; ++i) agent_.add(new_key("stranger" + std::to_string(i)));
  moved_to_agent(accepted_key("friend"));
  for (const std::string only : {"yes", "no"}) {
    write_ssh_config("IdentityFile ~/friend.pub\nIdentitiesOnly " + only + "\n");
    EXPECT_TRUE(works(any_key())) << only;
  }
}

TEST_F(AgentKeys, WithAnInvalidFileThatHasAPublicKeyFile) {
  const auto key = moved_to_agent(accepted_key("friend"));
  EXPECT_TRUE(works(settings_with({key}))) << "missing";
  std::ofstream(key) << "";
  EXPECT_TRUE(works(settings_with({key}))) << "empty";
  std::ofstream(key)
      << "-----BEGIN OPENSSH PRIVATE KEY-----\nof a security key\n-----END OPENSSH PRIVATE KEY-----\n";
  EXPECT_TRUE(works(settings_with({key}))) << "unreadable";
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(AgentKeys, ReportsAPublicKeyWithoutPrivateKey) {
  const auto key = accepted_key("friend");

  EXPECT_THAT(failure(settings_with({key.string() + ".pub"})),
              HasSubstr("friend.pub: a public key whose private key is not in the agent"));
}

TEST_F(AgentKeys, TriesAFileKeyInTheAgentOnce) {
  const auto key = new_key("stranger");
  agent_.add(key);

  const std::string said = failure(settings_with({key}));

  EXPECT_THAT(said, HasSubstr("Keys tried: " + key.string() + ";"));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 1);
}

TEST_F(AgentKeys, TriesADefaultKeyInTheAgentOnce) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  agent_.add(new_key(".ssh/id_ed25519"));

  EXPECT_THAT(failure(any_key()), HasSubstr("Keys tried: id_ed25519 (agent);"));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 1);
}

TEST_F(AgentKeys, TriesAnEncryptedKeyInTheAgentOnce) {
  const auto key = new_key("locked");
  agent_.add(key);
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-f", key});

  EXPECT_THAT(failure(settings_with({key})), HasSubstr("Keys tried: locked (agent);"));
}

TEST_F(AgentKeys, TriesConfiguredKeysThenTheAgentThenOtherFiles) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  const auto usual = new_key(".ssh/id_ed25519"), given = new_key("given"), named = new_key("named");
  agent_.add(new_key("of_agent"));
  SshSettings settings = any_key();
  settings.key_data = {read_file(given)};

  EXPECT_THAT(failure(settings),
              HasSubstr("Keys tried: ssh/key_data[0], of_agent (agent), " + usual.string() + ";"));
}

TEST_F(AgentKeys, TriesAgentKeysOfFilesFirst) {
  agent_.add(new_key("other"));
  const auto named = moved_to_agent(new_key("named"));
  SshSettings settings = settings_with({named.string() + ".pub"});
  settings.keys_only = false;

  EXPECT_THAT(failure(settings), HasSubstr("Keys tried: named (agent), other (agent);"));
}

TEST_F(AgentKeys, NeedsNoPassphraseIfAnAgentKeyIsAccepted) {
  agent_.add(accepted_key("friend"));
  SshSettings settings = settings_with({accepted_key("locked", "ed25519", "sesame")});
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

}  // namespace
}  // namespace kamal::sshkit
