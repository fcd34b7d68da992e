#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "integration/sshkit/agent_support.h"
#include "integration/sshkit/login_fixture.h"

namespace kamal::sshkit {
namespace {

using ::testing::HasSubstr;
using testing::make_key;
using testing::run_program;
using testing::SshAgent;
using testing::Sshd;

TEST_F(Login, WithAnRsaKey) { EXPECT_TRUE(works(settings_with({accepted_key("rsa", "rsa")}))); }

TEST_F(Login, WithAnEcdsaKey) { EXPECT_TRUE(works(settings_with({accepted_key("ecdsa", "ecdsa")}))); }

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
  std::ifstream file(key);
  SshSettings settings = settings_with({});
  settings.key_data = {std::string(std::istreambuf_iterator<char>(file), {})};

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

TEST_F(Login, PromptsOnceForManyServers) {
  answers_ = {"sesame"};
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));
  std::vector<Host> hosts;
  for (int i = 1; i <= 10; ++i) hosts.emplace_back("127.0.0." + std::to_string(i));

  backend->prepare(hosts);
  for (const Host& host : hosts) EXPECT_EQ(run(backend->server(host), "echo in").out, "in\n");

  EXPECT_EQ(questions_,
            std::vector<std::string>{"Passphrase for " + (home_.path() / "locked").string() + ": "});
}

TEST_F(Login, PromptsAgainAfterAWrongPassphrase) {
  answers_ = {"wrong", "sesame"};

  EXPECT_TRUE(works(settings_with({accepted_key("locked", "rsa", "sesame")})));
  EXPECT_EQ(questions_.size(), 2u);
}

TEST_F(Login, NeedsNoPassphraseForARefusedKey) {
  const auto backend = connect(settings_with({new_key("locked", "ed25519", "sesame")}));

  EXPECT_NE(failure_of(*backend, "127.0.0.1").find("permission denied"), std::string::npos);
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(Login, DoesNotPromptAgainAfterThreeWrongPassphrases) {
  answers_ = {"wrong", "wrong", "wrong", "sesame"};
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));
  std::vector<Host> hosts;
  for (int i = 1; i <= 3; ++i) hosts.emplace_back("127.0.0." + std::to_string(i));

  backend->prepare(hosts);
  for (const Host& host : hosts)
    EXPECT_THAT(failure_of(*backend, host.str()), HasSubstr("locked requires a passphrase"));

  EXPECT_EQ(questions_.size(), 3u);
}

TEST_F(Login, PromptsOnceWithoutATerminal) {
  const auto backend = connect(settings_with({accepted_key("locked", "ed25519", "sesame")}));

  for (const std::string host : {"127.0.0.1", "127.0.0.2"})
    EXPECT_THAT(failure_of(*backend, host), HasSubstr("locked requires a passphrase"));

  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(Login, WithAnEncryptedKeyWithoutPublicKeyFile) {
  const auto key = accepted_key("locked", "ed25519", "sesame"), stranger = new_key("other", "ed25519", "x");
  for (const auto& path : {key, stranger}) std::filesystem::remove(path.string() + ".pub");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({stranger, key})));
  EXPECT_EQ(questions_, std::vector<std::string>{"Passphrase for " + key.string() + ": "});
}

TEST_F(Login, WithAnEncryptedPemKeyWithoutPublicKeyFile) {
  const auto key = accepted_key("pem", "rsa");
  run_program({"ssh-keygen", "-q", "-p", "-N", "sesame", "-m", "PEM", "-f", key});
  std::filesystem::remove(key.string() + ".pub");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings_with({key})));
}

TEST_F(Login, PromptsForEncryptedKeyDataByIndex) {
  const auto key = accepted_key("data", "ed25519", "sesame");
  std::ifstream file(key);
  SshSettings settings = settings_with({});
  settings.key_data = {"no key", std::string(std::istreambuf_iterator<char>(file), {})};
  answers_ = {"sesame"};

  EXPECT_TRUE(works(settings));
  EXPECT_EQ(questions_, std::vector<std::string>{"Passphrase for ssh/key_data[1]: "});
}

TEST_F(Login, WithKeyDataBetweenBlankLines) {
  std::ifstream file(accepted_key("data"));
  SshSettings settings = settings_with({});
  settings.key_data = {"\n  " + std::string(std::istreambuf_iterator<char>(file), {}) + "\n\n"};

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, ShowsOnePromptAtATime) {
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

TEST_F(Login, RetriesAConnectionClosedDuringThePrompt) {
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

TEST_F(Login, WithDefaultKeysBesideKeyData) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  std::ifstream file(new_key("stranger"));
  SshSettings settings = settings_with({});
  settings.key_data = {std::string(std::istreambuf_iterator<char>(file), {})};
  settings.keys_only = false;

  EXPECT_TRUE(works(settings));
}

TEST_F(Login, PromptsForPassphrasesLast) {
  std::filesystem::create_directory(home_.path() / ".ssh");
  accepted_key(".ssh/id_ed25519");
  write_ssh_config("IdentityFile ~/locked\nIdentityFile ~/.ssh/id_ed25519\n");
  accepted_key("locked", "ed25519", "sesame");

  EXPECT_TRUE(works(settings_with({})));
  EXPECT_EQ(questions_, std::vector<std::string>{});
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

class HostKeys : public Login {
 protected:
  std::string public_part(const std::string& type = "ed25519") {
    std::ifstream file(sshd_.host_key(type).string() + ".pub");
    std::string kind, key;
    file >> kind >> key;
    return kind + " " + key;
  }
  std::string name(const std::string& host = "127.0.0.2") const {
    return "[" + host + "]:" + std::to_string(sshd_.port());
  }
  void know(const std::string& lines) {
    std::filesystem::create_directories(known_hosts().parent_path());
    std::ofstream(known_hosts()) << lines;
  }
  std::string known() {
    std::ifstream file(known_hosts());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string other_key() {
    std::ifstream file(new_key("other").string() + ".pub");
    std::string kind, key;
    file >> kind >> key;
    return kind + " " + key;
  }
  std::string connect_to(const std::string& host = "127.0.0.2") {
    const auto backend = connect(settings_for(sshd_));
    return failure_of(*backend, host);
  }
};

TEST_F(HostKeys, SavesANewKey) {
  EXPECT_EQ(connect_to(), "it connects");

  EXPECT_EQ(known(), name() + " " + public_part() + "\n");
  struct stat file {
  }, directory{};
  stat(known_hosts().c_str(), &file);
  stat(known_hosts().parent_path().c_str(), &directory);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);
}

TEST_F(HostKeys, DoesNotSaveAKnownKeyAgain) {
  know("# a comment\n" + name() + " " + public_part());

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), "# a comment\n" + name() + " " + public_part());
}

TEST_F(HostKeys, SavesANewKeyOnItsOwnLine) {
  know("elsewhere " + public_part());

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), "elsewhere " + public_part() + "\n" + name() + " " + public_part() + "\n");
}

TEST_F(HostKeys, RefusesAChangedKeyWithFileAndLine) {
  know("# first\n" + name() + " " + other_key() + "\n");

  const std::string failure = connect_to();

  EXPECT_NE(failure.find(known_hosts().string() + ":2"), std::string::npos) << failure;
  EXPECT_NE(failure.find("SHA256:"), std::string::npos) << failure;
  EXPECT_EQ(sshd_.count_in_log("Accepted publickey"), 0);
}

TEST_F(HostKeys, TreatsAnotherKeyTypeAsChanged) {
  know(name() + " ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB\n");

  EXPECT_NE(connect_to().find(known_hosts().string() + ":1"), std::string::npos);
}

TEST_F(HostKeys, RefusesARevokedKey) {
  know(name() + " " + public_part() + "\n@revoked * " + public_part() + "\n");

  const std::string failure = connect_to();

  EXPECT_NE(failure.find("revoked"), std::string::npos) << failure;
  EXPECT_NE(failure.find(known_hosts().string() + ":2"), std::string::npos) << failure;
}

TEST_F(HostKeys, FindsHashedNames) {
  know(name() + " " + public_part() + "\n");
  run_program({"ssh-keygen", "-H", "-f", known_hosts()});
  const std::string hashed = known();
  ASSERT_TRUE(hashed.starts_with("|1|"));

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(known(), hashed);
}

TEST_F(HostKeys, RefusesAChangedKeyOfAHashedName) {
  know(name() + " " + other_key() + "\n");
  run_program({"ssh-keygen", "-H", "-f", known_hosts()});

  EXPECT_NE(connect_to().find(known_hosts().string() + ":1"), std::string::npos);
}

TEST_F(HostKeys, RequestsTheKnownKeyType) {
  Sshd::Options options;
  options.host_keys = {"ed25519", "ecdsa", "rsa"};
  const Sshd sshd(options);
  for (const std::string type : {"rsa", "ecdsa", "ed25519"}) {
    std::string kind, key;
    std::ifstream(sshd.host_key(type).string() + ".pub") >> kind >> key;
    const std::string line = "[127.0.0.2]:" + std::to_string(sshd.port()) + " " + kind + " " + key + "\n";
    know(line);
    const auto backend = connect(settings_for(sshd));

    EXPECT_EQ(failure_of(*backend, "127.0.0.2"), "it connects");
    EXPECT_EQ(known(), line);
  }
}

TEST_F(HostKeys, RefusesANewKeyIfStrict) {
  write_ssh_config("StrictHostKeyChecking yes\n");

  EXPECT_NE(connect_to().find("StrictHostKeyChecking"), std::string::npos);
  EXPECT_EQ(known(), "");
}

TEST_F(HostKeys, AcceptsAChangedKeyWithAWarningIfUnchecked) {
  write_ssh_config("StrictHostKeyChecking no\n");
  know(name() + " " + other_key() + "\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(HostKeys, UsesTheConfiguredKnownHostsFile) {
  write_ssh_config("UserKnownHostsFile ~/mine\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_TRUE(std::filesystem::exists(home_.path() / "mine"));
  EXPECT_EQ(known(), "");
}

TEST_F(HostKeys, WarnsIfAKeyCannotBeSaved) {
  write_ssh_config("UserKnownHostsFile /proc/nowhere/known_hosts\n");

  EXPECT_EQ(connect_to(), "it connects");
  EXPECT_EQ(warnings_.size(), 1u);
}

}  // namespace
}  // namespace kamal::sshkit
