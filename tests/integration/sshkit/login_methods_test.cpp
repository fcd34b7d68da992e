#include "integration/sshkit/password_fixture.h"

namespace kamal::sshkit {
namespace {

using test::make_key;
using test::Sshd;
using ::testing::HasSubstr;

// A login to one server.
struct LoginRow {
  const char* name;
  std::vector<std::string> server{};  // lines of its configuration
  std::string ssh_config{};
  std::string password{"sesame"};  // "": the server takes none
  bool own_key = false;            // else:
  int strangers = 0;               // keys that the server refuses
  std::vector<std::string> answers{"sesame"};
  std::string logged_once{};
  std::string not_logged{"nothing like this"};
  size_t questions = 1;
};

class PasswordLoginRow : public PasswordLogin, public ::testing::WithParamInterface<LoginRow> {};

TEST_P(PasswordLoginRow, Works) {
  const LoginRow& row = GetParam();
  const Sshd sshd(takes(row.password, row.server));
  if (!row.ssh_config.empty()) write_ssh_config(row.ssh_config + "\n");
  answers_ = row.answers;

  const SshSettings settings = row.own_key ? settings_for(sshd) : with_strangers(sshd, row.strangers);
  EXPECT_TRUE(works(*connect(settings), host(sshd)));
  const std::vector<std::string> asked{first_question(sshd), question_again(sshd)};
  EXPECT_EQ(questions_, std::vector(asked.begin(), asked.begin() + static_cast<int>(row.questions)));
  if (!row.logged_once.empty()) {
    EXPECT_EQ(sshd.count_in_log(row.logged_once), 1);
  }
  EXPECT_EQ(sshd.count_in_log(row.not_logged), 0);
}

const std::string password = "PasswordAuthentication yes", keyboard = "KbdInteractiveAuthentication yes",
                  pam = "UsePAM yes", empty_passwords = "PermitEmptyPasswords yes";

INSTANTIATE_TEST_SUITE_P(
    Logins, PasswordLoginRow,
    ::testing::Values(
        LoginRow{.name = "PromptsForThePassword", .server = {password}, .logged_once = "Accepted password"},
        LoginRow{.name = "AnswersKeyboardInteractive",
                 .server = {keyboard, pam},
                 .logged_once = "Accepted keyboard-interactive"},
        LoginRow{.name = "PromptsAgainAfterAWrongPassword",
                 .server = {password},
                 .answers = {"wrong", "sesame"},
                 .questions = 2},
        LoginRow{.name = "PromptsAgainAfterAWrongKeyboardInteractivePassword",
                 .server = {keyboard, pam},
                 .answers = {"wrong", "sesame"},
                 .questions = 2},
        LoginRow{.name = "TriesAKeyFirst",
                 .server = {password},
                 .own_key = true,
                 .logged_once = "Accepted publickey",
                 .not_logged = "Failed none",
                 .questions = 0},
        LoginRow{.name = "PromptsAfterTheKeysWereRefused", .server = {password}, .strangers = 1},
        LoginRow{.name = "PrefersKeyboardInteractiveAsOpensshDoes",
                 .server = {password, keyboard, pam},
                 .logged_once = "Accepted keyboard-interactive"},
        LoginRow{.name = "FollowsPreferredAuthentications",
                 .server = {password, keyboard, pam},
                 .ssh_config = "PreferredAuthentications password,publickey",
                 .own_key = true,
                 .logged_once = "Accepted password"},
        LoginRow{.name = "TriesNoKeyWithPubkeyAuthenticationOff",
                 .server = {password},
                 .ssh_config = "PubkeyAuthentication no",
                 .own_key = true,
                 .logged_once = "Accepted password"},
        LoginRow{.name = "SendsPasswordAndKeyIfBothAreRequired",
                 .server = {password, "AuthenticationMethods password,publickey"},
                 .own_key = true},
        LoginRow{.name = "TriesAtMostOneKeyIfKeysAreNotOffered",
                 .server = {password, "PubkeyAuthentication no", "MaxAuthTries 3"},
                 .strangers = 4},
        LoginRow{.name = "AcceptsNone",
                 .server = {password, empty_passwords},
                 .password = "",
                 .logged_once = "Accepted none",
                 .questions = 0},
        LoginRow{.name = "AcceptsNoneAfterARefusedKey",
                 .server = {password, empty_passwords},
                 .password = "",
                 .strangers = 1,
                 .logged_once = "Accepted none",
                 .questions = 0},
        LoginRow{.name = "TriesNoneAfterManyKeysWithoutPrompts",
                 .server = {password, empty_passwords, "MaxAuthTries 20"},
                 .ssh_config = "BatchMode yes",
                 .password = "",
                 .strangers = 5,
                 .logged_once = "Accepted none",
                 .questions = 0},
        LoginRow{.name = "LeavesAnAttemptForThePasswordAfterManyKeys",
                 .server = {password, "MaxAuthTries 6"},
                 .strangers = 5,
                 .not_logged = "Failed none"}),
    [](const auto& row) { return row.param.name; });

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

}  // namespace
}  // namespace kamal::sshkit
