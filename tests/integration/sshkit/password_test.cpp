#include <csignal>

#include "integration/sshkit/password_fixture.h"

namespace kamal::sshkit {
namespace {

using test::Sshd;
using ::testing::HasSubstr;

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

TEST_F(PasswordLogin, TriesThePromptOnceWithoutATerminal) {
  const Sshd sshd(takes_password("sesame"));
  const auto backend = connect(without_key(sshd));

  for (int i = 1; i <= 3; ++i)
    EXPECT_THAT(failure_of(*backend, host(sshd, i).str()), HasSubstr("permission denied"));

  EXPECT_EQ(questions_.size(), 1u);
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
