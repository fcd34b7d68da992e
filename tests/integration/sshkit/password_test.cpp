#include <unistd.h>

#include <csignal>
#include <thread>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {
namespace {

using ::testing::HasSubstr;
using testing::make_key;
using ::testing::Not;
using testing::run_program;
using testing::Sshd;

// Servers that ask a login_name: with a password that only they know.
class PasswordLogin : public SshTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give an sshd a password of its own";
  }

  static Sshd::Options takes(const std::string& password, std::vector<std::string> config) {
    Sshd::Options options;
    options.password = password;
    options.config = std::move(config);
    return options;
  }
  static Sshd::Options takes_password(const std::string& password) {
    return takes(password, {"PasswordAuthentication yes"});
  }
  static Sshd::Options takes_keyboard_interactive(const std::string& password) {
    return takes(password, {"KbdInteractiveAuthentication yes", "UsePAM yes"});
  }

  SshSettings without_key(const Sshd& sshd) {
    SshSettings settings = settings_for(sshd);
    settings.keys.clear();
    return settings;
  }
  static Host host(const Sshd& sshd, int last = 1) {
    return Host("127.0.0." + std::to_string(last) + ":" + std::to_string(sshd.port()));
  }
  bool works(Backend& backend, const Host& host) {
    return run(backend.server(host), "echo in").out == "in\n";
  }
  SshSettings with_strangers(const Sshd& sshd, int count) {
    SshSettings settings = without_key(sshd);
    for (int i = 0; i < count; ++i) {
      const auto key = home_.path() / ("stranger" + std::to_string(i));
      make_key(key);
      settings.keys.push_back(key);
    }
    return settings;
  }
  std::string first_question(const Sshd& sshd) const {
    return "Password for " + own_user() + "@" + host(sshd).str() + " (and other hosts that ask): ";
  }
  std::string question_again(const Sshd& sshd, int last = 1) const {
    return "Wrong password, try again for " + own_user() + "@" + host(sshd, last).str() + ": ";
  }
};

TEST_F(PasswordLogin, PromptsForThePassword) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(questions_, std::vector<std::string>{first_question(sshd)});
  EXPECT_EQ(sshd.count_in_log("Accepted password"), 1);
}

TEST_F(PasswordLogin, AnswersKeyboardInteractive) {
  const Sshd sshd(takes_keyboard_interactive("sesame"));
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(questions_, std::vector<std::string>{first_question(sshd)});
  EXPECT_EQ(sshd.count_in_log("Accepted keyboard-interactive"), 1);
}

TEST_F(PasswordLogin, PromptsOnceForManyServers) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"sesame"};
  const auto backend = connect(without_key(sshd));
  std::vector<Host> hosts;
  for (int i = 1; i <= 10; ++i) hosts.push_back(host(sshd, i));

  backend->prepare(hosts);
  for (const Host& host : hosts) EXPECT_TRUE(works(*backend, host)) << host.str();

  EXPECT_EQ(questions_.size(), 1u);
  EXPECT_EQ(sshd.count_in_log("Accepted password"), 10);
}

TEST_F(PasswordLogin, PromptsAgainAfterAWrongPassword) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"wrong", "sesame"};

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(questions_, (std::vector<std::string>{first_question(sshd), question_again(sshd)}));
}

TEST_F(PasswordLogin, PromptsAgainAfterAWrongKeyboardInteractivePassword) {
  const Sshd sshd(takes_keyboard_interactive("sesame"));
  answers_ = {"wrong", "sesame"};

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(questions_, (std::vector<std::string>{first_question(sshd), question_again(sshd)}));
}

TEST_F(PasswordLogin, FailsAfterThreeWrongPasswords) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"wrong", "wrong", "wrong", "sesame"};
  const auto backend = connect(without_key(sshd));

  EXPECT_THAT(failure_of(*backend, host(sshd).str()), HasSubstr("the password was refused"));
  EXPECT_EQ(questions_.size(), 3u);
}

TEST_F(PasswordLogin, FollowsNumberOfPasswordPrompts) {
  const Sshd sshd(takes_password("sesame"));
  write_ssh_config("NumberOfPasswordPrompts 1\n");
  answers_ = {"wrong", "sesame"};
  const auto backend = connect(without_key(sshd));

  EXPECT_THAT(failure_of(*backend, host(sshd).str()), HasSubstr("the password was refused"));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, PromptsForOneHostThatRefusesTheSharedPassword) {
  const Sshd first(takes_password("one")), second(takes_password("two"));
  answers_ = {"one", "two"};
  const auto backend = connect(without_key(first));

  EXPECT_TRUE(works(*backend, host(first)));
  EXPECT_TRUE(works(*backend, host(second)));
  EXPECT_TRUE(works(*backend, host(first, 2)));
  EXPECT_EQ(questions_, (std::vector<std::string>{first_question(first), question_again(second)}));
  EXPECT_EQ(first.count_in_log("Failed password"), 0);
}

TEST_F(PasswordLogin, CorrectsAMistypedPasswordOnceForAllServers) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"mistyped", "sesame"};
  const auto backend = connect(without_key(sshd));

  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(works(*backend, host(sshd, i))) << i;

  EXPECT_EQ(questions_.size(), 2u);
}

TEST_F(PasswordLogin, KeepsThePasswordsOfUsersApart) {
  const Sshd sshd(takes_password("sesame"));
  answers_ = {"of somebody", "", "sesame"};
  const auto backend = connect(without_key(sshd));

  EXPECT_THAT(failure_of(*backend, "nobody@" + host(sshd).str()), HasSubstr("permission denied"));
  EXPECT_TRUE(works(*backend, host(sshd)));
  EXPECT_EQ(questions_.size(), 3u);
}

TEST_F(PasswordLogin, TriesAKeyFirst) {
  const Sshd sshd(takes_password("sesame"));

  EXPECT_TRUE(works(*connect(settings_for(sshd)), host(sshd)));
  EXPECT_EQ(questions_, std::vector<std::string>{});
  EXPECT_EQ(sshd.count_in_log("Accepted publickey"), 1);
  EXPECT_EQ(sshd.count_in_log("Failed none"), 0);
}

TEST_F(PasswordLogin, PromptsAfterTheKeysWereRefused) {
  const Sshd sshd(takes_password("sesame"));
  make_key(home_.path() / "stranger");
  SshSettings settings = settings_for(sshd);
  settings.keys = {home_.path() / "stranger"};
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(settings), host(sshd)));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, PrefersKeyboardInteractiveAsOpensshDoes) {
  const Sshd sshd(
      takes("sesame", {"PasswordAuthentication yes", "KbdInteractiveAuthentication yes", "UsePAM yes"}));
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted keyboard-interactive"), 1);
}

TEST_F(PasswordLogin, FollowsPreferredAuthentications) {
  const Sshd sshd(
      takes("sesame", {"PasswordAuthentication yes", "KbdInteractiveAuthentication yes", "UsePAM yes"}));
  write_ssh_config("PreferredAuthentications password,publickey\n");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(settings_for(sshd)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted password"), 1);
}

TEST_F(PasswordLogin, DoesNotPromptInBatchModeOrWithoutTheMethod) {
  const Sshd sshd(takes_password("sesame"));
  for (const std::string line :
       {"BatchMode yes", "PasswordAuthentication no", "PreferredAuthentications publickey"}) {
    write_ssh_config(line + "\n");
    answers_ = {"sesame"};
    const auto backend = connect(without_key(sshd));

    EXPECT_THAT(failure_of(*backend, host(sshd).str()), HasSubstr("the host offers publickey and password"))
        << line;
    EXPECT_EQ(questions_, std::vector<std::string>{}) << line;
  }
}

TEST_F(PasswordLogin, TriesNoKeyWithPubkeyAuthenticationOff) {
  const Sshd sshd(takes_password("sesame"));
  write_ssh_config("PubkeyAuthentication no\n");
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(settings_for(sshd)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted password"), 1);
}

TEST_F(PasswordLogin, SendsKeyAndPasswordIfBothAreRequired) {
  for (const std::string second : {"password", "keyboard-interactive"}) {
    const Sshd sshd(takes("sesame", {"PasswordAuthentication yes", "KbdInteractiveAuthentication yes",
                                     "UsePAM yes", "AuthenticationMethods publickey," + second}));
    questions_.clear();
    answers_ = {"sesame"};

    EXPECT_TRUE(works(*connect(settings_for(sshd)), host(sshd))) << second;
    EXPECT_EQ(questions_, std::vector<std::string>{first_question(sshd)}) << second;
    EXPECT_EQ(sshd.count_in_log("Partial publickey"), 1) << second;
  }
}

TEST_F(PasswordLogin, SendsPasswordAndKeyIfBothAreRequired) {
  const Sshd sshd(
      takes("sesame", {"PasswordAuthentication yes", "AuthenticationMethods password,publickey"}));
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(settings_for(sshd)), host(sshd)));
}

TEST_F(PasswordLogin, TriesAtMostOneKeyIfKeysAreNotOffered) {
  const Sshd sshd(
      takes("sesame", {"PasswordAuthentication yes", "PubkeyAuthentication no", "MaxAuthTries 3"}));
  SshSettings settings = without_key(sshd);
  for (const std::string name : {"a", "b", "c", "d"}) {
    make_key(home_.path() / name);
    settings.keys.push_back(home_.path() / name);
  }
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(settings), host(sshd)));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, SendsTwoKeysIfTwoAreRequired) {
  const Sshd sshd(takes("sesame", {"AuthenticationMethods publickey,publickey"}));
  make_key(home_.path() / "second");
  sshd.authorize(home_.path() / "second.pub");
  SshSettings settings = settings_for(sshd);
  settings.keys.push_back(home_.path() / "second");

  EXPECT_TRUE(works(*connect(settings), host(sshd)));
}

TEST_F(PasswordLogin, ReportsWhatIsRequiredBesidesTheKey) {
  const Sshd sshd(
      takes("sesame", {"PasswordAuthentication yes", "AuthenticationMethods publickey,password"}));
  const auto backend = connect(settings_for(sshd));

  EXPECT_THAT(failure_of(*backend, host(sshd).str()),
              HasSubstr("accepted, but password is required as well (AuthenticationMethods)"));
}

TEST_F(PasswordLogin, ReportsOfferedMethodsWithoutATerminal) {
  const Sshd sshd(takes_password("sesame"));
  const auto backend = connect(without_key(sshd));

  const std::string failure = failure_of(*backend, host(sshd).str());

  EXPECT_THAT(failure, HasSubstr("permission denied for user " + own_user()));
  EXPECT_THAT(failure,
              HasSubstr("the host offers publickey and password, but there is no terminal to prompt on"));
  EXPECT_THAT(failure, HasSubstr("Set ssh/keys or ssh/key_data"));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, TriesThePromptOnceWithoutATerminal) {
  const Sshd sshd(takes_password("sesame"));
  const auto backend = connect(without_key(sshd));

  for (int i = 1; i <= 3; ++i)
    EXPECT_THAT(failure_of(*backend, host(sshd, i).str()), HasSubstr("permission denied"));

  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, AcceptsNone) {
  const Sshd sshd(takes("", {"PasswordAuthentication yes", "PermitEmptyPasswords yes"}));

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted none"), 1);
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(PasswordLogin, AcceptsNoneAfterARefusedKey) {
  const Sshd sshd(takes("", {"PasswordAuthentication yes", "PermitEmptyPasswords yes"}));
  make_key(home_.path() / "stranger");
  SshSettings settings = settings_for(sshd);
  settings.keys = {home_.path() / "stranger"};

  EXPECT_TRUE(works(*connect(settings), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted none"), 1);
  EXPECT_EQ(questions_, std::vector<std::string>{});
}

TEST_F(PasswordLogin, TriesNoneAfterManyKeysWithoutPrompts) {
  const Sshd sshd(takes("", {"PasswordAuthentication yes", "PermitEmptyPasswords yes", "MaxAuthTries 20"}));
  write_ssh_config("BatchMode yes\n");

  EXPECT_TRUE(works(*connect(with_strangers(sshd, 5)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Accepted none"), 1);
}

TEST_F(PasswordLogin, LeavesAnAttemptForThePasswordAfterManyKeys) {
  const Sshd sshd(takes("sesame", {"PasswordAuthentication yes", "MaxAuthTries 6"}));
  answers_ = {"sesame"};

  EXPECT_TRUE(works(*connect(with_strangers(sshd, 5)), host(sshd)));
  EXPECT_EQ(sshd.count_in_log("Failed none"), 0);
}

TEST_F(PasswordLogin, PromptsSeparatelyForAJumpHost) {
  const Sshd jump(takes_password("way")), sshd(takes_password("sesame"));
  answers_ = {"way", "sesame"};
  SshSettings settings = without_key(sshd);
  settings.proxy_jump = own_user() + "@127.0.0.1:" + std::to_string(jump.port());

  EXPECT_TRUE(works(*connect(settings), host(sshd, 2)));
  EXPECT_EQ(questions_.size(), 2u);
  EXPECT_EQ(jump.count_in_log("Failed password"), 0);
  EXPECT_EQ(sshd.count_in_log("Failed password"), 0);
}

TEST_F(PasswordLogin, RetriesAConnectionClosedDuringThePrompt) {
  const Sshd sshd(takes("sesame", {"PasswordAuthentication yes", "LoginGraceTime 1"}));
  answers_ = {"sesame"};
  before_answer_ = [&] { EXPECT_TRUE(test::eventually([&] { return sshd.sessions().empty(); })); };

  EXPECT_TRUE(works(*connect(without_key(sshd)), host(sshd)));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(PasswordLogin, EndsWhenTheRunIsInterrupted) {
  const Sshd sshd(takes_password("sesame"));
  before_answer_ = [&] {
    interruption_.request(SIGINT);
    interruption_.check();
  };
  const auto backend = connect(without_key(sshd));

  EXPECT_THROW(backend->server(host(sshd)), Interrupted);
  EXPECT_EQ(questions_.size(), 1u);
}

}  // namespace
}  // namespace kamal::sshkit
