#include <atomic>
#include <thread>

#include "integration/sshkit/login_fixture.h"
#include "kamal/support/files.h"

namespace kamal::sshkit {
namespace {

using test::run_program;
using test::Sshd;
using ::testing::HasSubstr;

using Passphrase = Login;

TEST_F(Passphrase, PromptsOnceForManyServers) {
  answers_ = {"sesame"};
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));
  std::vector<Host> hosts;
  for (int i = 1; i <= 10; ++i) hosts.emplace_back("127.0.0." + std::to_string(i));

  backend->prepare(hosts);
  for (const Host& host : hosts) EXPECT_EQ(run(backend->server(host), "echo in").out, "in\n");

  EXPECT_EQ(questions_,
            std::vector<std::string>{"Passphrase for " + (home_.path() / "locked").string() + ": "});
}

TEST_F(Passphrase, PromptsAgainAfterAWrongPassphrase) {
  answers_ = {"wrong", "sesame"};

  EXPECT_TRUE(works(settings_with({accepted_key("locked", "rsa", "sesame")})));
  EXPECT_EQ(questions_.size(), 2u);
}

TEST_F(Passphrase, NeedsNoPassphraseForARefusedKey) {
  const auto backend = connect(settings_with({new_key("locked", "ed25519", "sesame")}));

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("permission denied"), std::string::npos);
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(Passphrase, DoesNotPromptAgainAfterThreeWrongPassphrases) {
  answers_ = {"wrong", "wrong", "wrong", "sesame"};
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));
  std::vector<Host> hosts;
  for (int i = 1; i <= 3; ++i) hosts.emplace_back("127.0.0." + std::to_string(i));

  backend->prepare(hosts);
  for (const Host& host : hosts)
    EXPECT_THAT(failure_of(*backend, host.str()), HasSubstr("locked requires a passphrase"));

  EXPECT_EQ(questions_.size(), 3u);
}

TEST_F(Passphrase, PromptsOnceWithoutATerminal) {
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));

  for (const std::string host : {"127.0.0.1", "127.0.0.2"})
    EXPECT_THAT(failure_of(*backend, host), HasSubstr("locked requires a passphrase"));

  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(Passphrase, WithAnEncryptedKeyWithoutPublicKeyFile) {
  const auto key = accepted_key("locked", "ed25519", "sesame"), stranger = new_key("other", "ed25519", "x");
  for (const auto& path : {key, stranger}) std::filesystem::remove(path.string() + ".pub");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({stranger, key})));
  EXPECT_EQ(questions_, std::vector<std::string>{"Passphrase for " + key.string() + ": "});
}

TEST_F(Passphrase, WithAnEncryptedPemKeyWithoutPublicKeyFile) {
  const auto key = accepted_key("pem", "rsa");
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-m", "PEM", "-f", key});
  std::filesystem::remove(key.string() + ".pub");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(Passphrase, PromptsForEncryptedKeyDataByIndex) {
  const auto key = accepted_key("data", "ed25519", "sesame");
  SshSettings settings = settings_with({});
  settings.key_data = {"no key", read_file(key)};
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings));
  EXPECT_EQ(questions_, std::vector<std::string>{"Passphrase for ssh/key_data[1]: "});
}

TEST_F(Passphrase, ShowsOnePromptAtATime) {
  write_ssh_config("Host 127.0.0.1\n  IdentityFile ~/one\nHost 127.0.0.2\n  IdentityFile ~/two\n");
  accepted_key("one", "ed25519", "sesame");
  accepted_key("two", "ed25519", "sesame");
  std::atomic<int> open = 0, most = 0, asked = 0;
  const auto backend = make_ssh_backend(
      settings_with({}), environment_, interruption_,
      [&](const std::string&) -> std::optional<std::string> {
        ++asked;
        most = std::max<int>(most, ++open);
        std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the other host asks meanwhile
        --open;
        return "sesame";
      },
      [](const std::string&) {});

  backend->prepare({Host("127.0.0.1"), Host("127.0.0.2")});
  for (const std::string host : {"127.0.0.1", "127.0.0.2"})
    EXPECT_EQ(run(backend->server(Host(host)), "echo in").out, "in\n");

  EXPECT_EQ(asked, 2);
  EXPECT_EQ(most, 1);
}

TEST_F(Passphrase, RetriesAConnectionClosedDuringThePrompt) {
  Sshd::Options options;
  options.config = {"LoginGraceTime 1"};
  const Sshd sshd(options);
  const auto key = new_key("locked", "ed25519", "sesame");
  sshd.authorize(key.string() + ".pub");
  SshSettings settings = settings_for(sshd);
  settings.keys = {key};
  answers_ = {"sesame"};
  before_answer_ = [&] {
    for (int i = 0; i < 200 && !sshd.sessions().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  };

  EXPECT_TRUE(works(settings));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(Passphrase, PromptsForPassphrasesLast) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  write_ssh_config("IdentityFile ~/locked\nIdentityFile ~/.ssh/id_ed25519\n");
  accepted_key("locked", "ed25519", "sesame");

  EXPECT_TRUE(works(settings_with({})));
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

}  // namespace
}  // namespace kamal::sshkit
