#include <atomic>
#include <fstream>

#include "integration/sshkit/agent_support.h"
#include "integration/sshkit/login_fixture.h"

namespace kamal::sshkit {
namespace {

using testing::agent_failure;
using testing::agent_keys;
using testing::agent_list;
using testing::agent_number;
using testing::agent_sign;
using testing::agent_text;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::OddAgent;
using testing::run_program;
using testing::SshAgent;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class AgentLogin : public Login {
 protected:
  AgentLogin() { environment_["SSH_AUTH_SOCK"] = agent_.socket(); }

  SshSettings any_key() {
    SshSettings settings = settings_with({});
    settings.keys_only = false;
    return settings;
  }
  // The agent stands behind one that says something else.
  void behind(OddAgent::Answer answer) {
    odd_ = std::make_unique<OddAgent>(home_.path(), agent_, std::move(answer));
    environment_["SSH_AUTH_SOCK"] = odd_->socket();
  }
  std::string failure(const SshSettings& settings) { return failure_of(*connect(settings), "127.0.0.1"); }
  // The key lives on in the agent only.
  std::filesystem::path moved_to_agent(const std::filesystem::path& key) {
    agent_.add(key);
    std::filesystem::remove(key);
    return key;
  }
  // Signed by an authority that the server trusts instead of keys.
  void certify(const std::filesystem::path& key) {
    const auto authority = new_key("authority of " + key.filename().string());
    run_program({"ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", own_user(), key.string() + ".pub"});
    std::ofstream(sshd_.authorized_keys()) << "cert-authority " << text_of(authority.string() + ".pub");
  }

  SshAgent agent_{home_.path()};
  std::unique_ptr<OddAgent> odd_;
};

TEST_F(AgentLogin, WithAKeyOfTheAgent) {
  agent_.add(new_key("stranger"));
  agent_.add(accepted_key("friend"));

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, WithAnRsaKeyOfTheAgent) {
  agent_.add(accepted_key("friend", "rsa"));

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, IgnoresOtherAgentKeysWithKeysOnly) {
  agent_.add(accepted_key("friend"));
  const auto backend = connect(settings_with({new_key("stranger")}));

  const std::string failure = failure_of(*backend, "127.0.0.1");

  EXPECT_NE(failure.find("stranger"), std::string::npos) << failure;
  EXPECT_EQ(failure.find("friend"), std::string::npos) << failure;
}

TEST_F(AgentLogin, EncryptedKeyInAgentNeedsNoPrompt) {
  const auto key = accepted_key("locked");
  agent_.add(key);
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-f", key});

  EXPECT_TRUE(works(settings_with({key})));
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(AgentLogin, IgnoresAMissingAgent) {
  environment_["SSH_AUTH_SOCK"] = "/no/such/socket";
  SshSettings settings = settings_for(sshd_);
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
}

TEST_F(AgentLogin, SkipsKeysOfUnknownTypes) {
  agent_.add(accepted_key("friend"));
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_list) return answer;
    const std::string security_key =
        agent_text("sk-ssh-ed25519@openssh.com") + agent_text(std::string(32, 'k')) + agent_text("ssh:");
    return testing::with_keys_in_front(
        answer, {"", "x", agent_text("tomorrow@example.test") + agent_text("abc"), agent_text("ssh-ed25519"),
                 agent_text("ssh-ed25519") + agent_text("short"), security_key,
                 agent_text("ssh-rsa-cert-v01@openssh.com") + agent_text("none")});
  });

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, TriesADuplicateKeyOnce) {
  agent_.add(new_key("stranger"));
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_list) return answer;
    return agent_keys + agent_number(2) + answer.substr(5) + answer.substr(5);
  });

  EXPECT_THAT(failure(any_key()), HasSubstr("Keys tried: stranger (agent);"));
}

TEST_F(AgentLogin, TriesTheNextKeyIfTheAgentRefusesToSign) {
  agent_.add(accepted_key("first"));
  agent_.add(accepted_key("second"));
  std::atomic<int> signings = 0;
  behind([&](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_sign || ++signings > 1) return answer;
    return std::string(1, agent_failure);
  });

  EXPECT_TRUE(works(any_key()));
  EXPECT_EQ(signings, 2);
}

TEST_F(AgentLogin, TriesTheNextKeyIfTheAgentDisconnects) {
  agent_.add(accepted_key("first"));
  agent_.add(accepted_key("second"));
  std::atomic<int> signings = 0;
  behind([&](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_sign || ++signings > 1) return answer;
    return std::nullopt;
  });

  EXPECT_TRUE(works(any_key()));
  EXPECT_EQ(signings, 2);
}

TEST_F(AgentLogin, TriesTheNextKeyIfTheSignatureIsInvalid) {
  agent_.add(accepted_key("first"));
  agent_.add(accepted_key("second"));
  std::atomic<int> signings = 0;
  behind([&](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_sign || ++signings > 1) return answer;
    return answer.substr(0, 1) + agent_text(agent_text("ssh-ed25519") + agent_text("no signature"));
  });

  EXPECT_TRUE(works(any_key()));
  EXPECT_EQ(signings, 2);
}

TEST_F(AgentLogin, UsesTheFileIfTheAgentRefusesToSign) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  agent_.add(accepted_key(".ssh/id_ed25519"));
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    return question.front() == agent_sign ? std::string(1, agent_failure) : answer;
  });

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, PromptsForThePassphraseIfTheAgentRefusesToSign) {
  const auto key = accepted_key("locked");
  agent_.add(key);
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-f", key});
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    return question.front() == agent_sign ? std::string(1, agent_failure) : answer;
  });
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(AgentLogin, ReportsThatTheAgentRefusedToSign) {
  agent_.add(accepted_key("friend"));
  behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    return question.front() == agent_sign ? std::string(1, agent_failure) : answer;
  });

  EXPECT_THAT(failure(any_key()), HasSubstr("the agent refused to sign with friend"));
}

TEST_F(AgentLogin, UsesFilesIfTheAgentRepliesNonsense) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  const std::vector<std::optional<std::string>> answers{
      std::nullopt,
      "",
      "garbage",
      std::string(1, agent_failure),
      agent_keys + agent_number(0),
      agent_keys + agent_number(0xffffffff),
      agent_keys + agent_number(2) + agent_number(0xffffffff),
      agent_keys + agent_number(1) + agent_text("ssh-ed25519"),
      std::string(1024 * 1024, agent_keys)};
  for (const auto& odd : answers) {
    behind([&](const std::string&, const std::string&) { return odd; });

    EXPECT_TRUE(works(any_key())) << odd.value_or("closed").substr(0, 20);
    odd_.reset();
    std::filesystem::remove(home_.path() / "odd-agent");
  }
}

TEST_F(AgentLogin, IgnoresAnAgentThatTimesOut) {
  SshSettings settings = settings_for(sshd_);
  settings.connect_timeout = std::chrono::seconds(1);
  std::mutex silent;
  std::unique_lock lock(silent);
  behind([&](const std::string&, const std::string& answer) {
    const std::lock_guard wait(silent);
    return answer;
  });

  EXPECT_TRUE(works(settings));
  lock.unlock();
  odd_.reset();
}

TEST_F(AgentLogin, WithACertificateInTheAgent) {
  const auto key = new_key("certified");
  certify(key);
  agent_.add(key);  // with its certificate

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, WithAnRsaCertificateInTheAgent) {
  const auto key = new_key("certified", "rsa");
  certify(key);
  agent_.add(key);

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, WithOnlyACertificateInTheAgent) {
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

TEST_F(AgentLogin, WithACertificateFileForAnAgentKey) {
  for (const std::string type : {"ed25519", "rsa"}) {
    const auto key = moved_to_agent(new_key("of_agent_" + type, type));
    certify(key);

    EXPECT_TRUE(works(settings_with({key}))) << type;
    EXPECT_TRUE(works(settings_with({key.string() + ".pub"}))) << type;
    EXPECT_TRUE(works(settings_with({key.string() + "-cert.pub"}))) << type;
  }
}

TEST_F(AgentLogin, WithACertificateFileForAnEncryptedKey) {
  const auto key = new_key("certified", "ed25519", "sesame");
  certify(key);
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(AgentLogin, WithAPublicKeyFileForAnAgentKey) {
  for (int i = 0; i < 7; ++i) agent_.add(new_key("stranger" + std::to_string(i)));
  const auto key = moved_to_agent(accepted_key("friend"));

  EXPECT_TRUE(works(settings_with({key.string() + ".pub"})));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 0);
}

TEST_F(AgentLogin, WithAPublicKeyInTheConfigurationFile) {
  for (int i = 0; i < 7; ++i) agent_.add(new_key("stranger" + std::to_string(i)));
  moved_to_agent(accepted_key("friend"));
  for (const std::string only : {"yes", "no"}) {
    write_ssh_config("IdentityFile ~/friend.pub\nIdentitiesOnly " + only + "\n");
    EXPECT_TRUE(works(any_key())) << only;
  }
}

TEST_F(AgentLogin, WithAnInvalidFileThatHasAPublicKeyFile) {
  const auto key = moved_to_agent(accepted_key("friend"));
  EXPECT_TRUE(works(settings_with({key}))) << "missing";
  std::ofstream(key) << "";
  EXPECT_TRUE(works(settings_with({key}))) << "empty";
  std::ofstream(key)
      << "-----BEGIN OPENSSH PRIVATE KEY-----\nof a security key\n-----END OPENSSH PRIVATE KEY-----\n";
  EXPECT_TRUE(works(settings_with({key}))) << "unreadable";
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(AgentLogin, ReportsAPublicKeyWithoutPrivateKey) {
  const auto key = accepted_key("friend");

  EXPECT_THAT(failure(settings_with({key.string() + ".pub"})),
              HasSubstr("friend.pub: a public key whose private key is not in the agent"));
}

TEST_F(AgentLogin, TriesAFileKeyInTheAgentOnce) {
  const auto key = new_key("stranger");
  agent_.add(key);

  const std::string said = failure(settings_with({key}));

  EXPECT_THAT(said, HasSubstr("Keys tried: " + key.string() + ";"));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 1);
}

TEST_F(AgentLogin, TriesADefaultKeyInTheAgentOnce) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  agent_.add(new_key(".ssh/id_ed25519"));

  EXPECT_THAT(failure(any_key()), HasSubstr("Keys tried: id_ed25519 (agent);"));
  EXPECT_EQ(sshd_.count_in_log("Failed publickey"), 1);
}

TEST_F(AgentLogin, TriesAnEncryptedKeyInTheAgentOnce) {
  const auto key = new_key("locked");
  agent_.add(key);
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-f", key});

  EXPECT_THAT(failure(settings_with({key})), HasSubstr("Keys tried: locked (agent);"));
}

TEST_F(AgentLogin, TriesConfiguredKeysThenTheAgentThenOtherFiles) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  const auto usual = new_key(".ssh/id_ed25519"), given = new_key("given"), named = new_key("named");
  agent_.add(new_key("of_agent"));
  const std::string text = text_of(given);
  SshSettings settings = any_key();
  settings.key_data = {text};

  EXPECT_THAT(failure(settings),
              HasSubstr("Keys tried: ssh/key_data[0], of_agent (agent), " + usual.string() + ";"));
}

TEST_F(AgentLogin, TriesAgentKeysOfFilesFirst) {
  agent_.add(new_key("other"));
  const auto named = moved_to_agent(new_key("named"));
  SshSettings settings = settings_with({named.string() + ".pub"});
  settings.keys_only = false;

  EXPECT_THAT(failure(settings), HasSubstr("Keys tried: named (agent), other (agent);"));
}

TEST_F(AgentLogin, NeedsNoPassphraseIfAnAgentKeyIsAccepted) {
  agent_.add(accepted_key("friend"));
  SshSettings settings = settings_with({accepted_key("locked", "ed25519", "sesame")});
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

}  // namespace
}  // namespace kamal::sshkit
