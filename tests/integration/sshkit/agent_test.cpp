#include <atomic>
#include <future>
#include <map>

#include "integration/sshkit/agent_fixture.h"

namespace kamal::sshkit {
namespace {

using test::agent_failure;
using test::agent_keys;
using test::agent_list;
using test::agent_number;
using test::agent_sign;
using test::agent_signature;
using test::agent_text;
using test::run_program;
using ::testing::HasSubstr;

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

// The host is busy with the agent when the passphrase is entered for another one.
TEST_F(AgentLogin, TriesAKeyThatWasDecryptedMeanwhile) {
  agent_.add(accepted_key("friend"));
  std::promise<void> asked, released;
  const std::shared_future<void> release = released.get_future().share();
  behind([&](const std::string& question, const std::string& answer) -> std::optional<std::string> {
    if (question.front() != agent_sign) return answer;
    asked.set_value();
    release.wait();
    return std::string(1, agent_failure);
  });
  write_ssh_config("Host 127.0.0.2\nIdentityAgent none\n");
  SshSettings settings = settings_with({accepted_key("locked", "ed25519", "sesame")});
  settings.keys_only = false;
  answers_ = {"sesame"};
  const auto backend = connect(settings);

  auto busy =
      std::async(std::launch::async, [&] { return run(backend->server(Host("127.0.0.1")), "echo in").out; });
  const bool is_busy = asked.get_future().wait_for(test::patience) == std::future_status::ready;
  const std::string other = run(backend->server(Host("127.0.0.2")), "echo in").out;
  released.set_value();

  EXPECT_TRUE(is_busy);
  EXPECT_EQ(other, "in\n");
  EXPECT_EQ(busy.get(), "in\n");
  EXPECT_EQ(questions_.size(), 1u);
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
    return test::with_keys_in_front(
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

TEST_F(AgentLogin, TriesTheNextKeyIfTheAgentDoesNotSign) {
  agent_.add(accepted_key("first"));
  agent_.add(accepted_key("second"));
  const std::map<std::string, std::optional<std::string>> answers{
      {"refuses", std::string(1, agent_failure)},
      {"disconnects", std::nullopt},
      {"invalid", agent_signature + agent_text(agent_text("ssh-ed25519") + agent_text("no signature"))}};
  for (const auto& row : answers) {
    std::atomic<int> signings = 0;
    behind([&](const std::string& question, const std::string& answer) -> std::optional<std::string> {
      return question.front() != agent_sign || ++signings > 1 ? answer : row.second;
    });

    EXPECT_TRUE(works(any_key())) << row.first;
    EXPECT_EQ(signings, 2) << row.first;
  }
}

TEST_F(AgentLogin, UsesTheFileIfTheAgentRefusesToSign) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  agent_.add(accepted_key(".ssh/id_ed25519"));
  behind_one_that_refuses_to_sign();

  EXPECT_TRUE(works(any_key()));
}

TEST_F(AgentLogin, PromptsForThePassphraseIfTheAgentRefusesToSign) {
  const auto key = accepted_key("locked");
  agent_.add(key);
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-f", key});
  behind_one_that_refuses_to_sign();
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(AgentLogin, ReportsThatTheAgentRefusedToSign) {
  agent_.add(accepted_key("friend"));
  behind_one_that_refuses_to_sign();

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

}  // namespace
}  // namespace kamal::sshkit
