#include "unit/secrets/secret_adapter_fixture.h"

namespace kamal {
namespace {

using test::error_of;

// The program that an adapter looks for first.
std::string program_of(const std::string& adapter) {
  test::ScriptedProcesses processes;
  error_of<std::runtime_error>([&] {
    make_secret_adapter(adapter, processes, {})->fetch({{"x"}, "account", {}});
  });
  return processes.lines().at(0);
}

TEST(SecretAdapters, HaveTheNamesOfKamal) {
  EXPECT_EQ(program_of("1password"), "op --version");
  EXPECT_EQ(program_of("lastpass"), "lpass --version");
  EXPECT_EQ(program_of("bitwarden"), "bw --version");
  EXPECT_EQ(program_of("bitwarden-sm"), "bws --version");
  EXPECT_EQ(program_of("aws_secrets_manager"), "aws --version");
  EXPECT_EQ(program_of("gcp"), "gcloud --version");
  EXPECT_EQ(program_of("doppler"), "doppler --version");
  EXPECT_EQ(program_of("enpass"), "enpass-cli version");
  EXPECT_EQ(program_of("passbolt"), "passbolt --version");
}

TEST(SecretAdapters, AreFoundByClassName) {
  EXPECT_EQ(program_of("one_password"), "op --version");
  EXPECT_EQ(program_of("OnePassword"), "op --version");
  EXPECT_EQ(program_of("1Password"), "op --version");
  EXPECT_EQ(program_of("last_pass"), "lpass --version");
  EXPECT_EQ(program_of("LASTPASS"), "lpass --version");
  EXPECT_EQ(program_of("Bitwarden"), "bw --version");
  EXPECT_EQ(program_of("bitwarden_secrets_manager"), "bws --version");
  EXPECT_EQ(program_of("AwsSecretsManager"), "aws --version");
  EXPECT_EQ(program_of("gcp_secret_manager"), "gcloud --version");
}

TEST(SecretAdapters, AreListedForAnUnknownOne) {
  test::ScriptedProcesses processes;
  for (const char* const name : {"floppy", ""}) {
    EXPECT_EQ(error_of<std::runtime_error>([&] { make_secret_adapter(name, processes, {}); }),
              "No secrets adapter " + std::string(name) +
                  " (available: 1password, lastpass, bitwarden, bitwarden-sm, aws_secrets_manager, gcp, "
                  "doppler, enpass, passbolt)");
  }
}

TEST(SecretAdapters, AreSuggestedForAMisspelledOne) {
  test::ScriptedProcesses processes;
  EXPECT_EQ(error_of<std::runtime_error>([&] { make_secret_adapter("BITWARDEN", processes, {}); }),
            "No secrets adapter BITWARDEN (did you mean \"bitwarden\"?)");
  EXPECT_EQ(error_of<std::runtime_error>([&] { make_secret_adapter("ONE_PASSWORD", processes, {}); }),
            "No secrets adapter ONE_PASSWORD (did you mean \"1password\"?)");
}

TEST(SecretAdapters, TestAdapterReversesNames) {
  test::ScriptedProcesses processes;
  const auto adapter = make_secret_adapter("test", processes, {});
  EXPECT_EQ(adapter->fetch({{"abLPARENRPAREN", "n\xc3\xa4h"}, "a", "box"}),
            (SecretValues{{"box/abLPARENRPAREN", ")(ba/xob"}, {"box/n\xc3\xa4h", "h\xc3\xa4n/xob"}}));
  EXPECT_TRUE(processes.calls.empty());
}

TEST(SecretAdapters, TestAdapterRequiresAnAccount) {
  test::ScriptedProcesses processes;
  EXPECT_TRUE(make_secret_adapter("test", processes, {})->requires_account());
}

TEST(SecretAdapters, ReportAMissingCli) {
  test::ScriptedProcesses processes;
  const auto adapter = make_secret_adapter("1password", processes, {});
  EXPECT_EQ(error_of<std::runtime_error>([&] {
              adapter->fetch({{"x"}, "a", {}});
            }),
            "The 1Password CLI is not installed or cannot run: op");
}

TEST(SecretAdapters, RequireAnAccountAsKamalDoes) {
  test::ScriptedProcesses processes;
  for (const char* const name : {"1password", "lastpass", "bitwarden", "gcp"})
    EXPECT_TRUE(make_secret_adapter(name, processes, {})->requires_account()) << name;
  for (const char* const name : {"bitwarden-sm", "aws_secrets_manager", "doppler", "enpass", "passbolt"})
    EXPECT_FALSE(make_secret_adapter(name, processes, {})->requires_account()) << name;
}

TEST(SecretAdapters, PassTimeoutAndEnvironment) {
  test::ScriptedProcesses processes;
  processes.on("passbolt --version", "").on_timeout("passbolt verify");
  const auto adapter =
      make_secret_adapter("passbolt", processes, {{"KAMAL_SECRETS_TIMEOUT", "5"}, {"HOME", "/home/ada"}});
  EXPECT_EQ(error_of<std::runtime_error>([&] {
              adapter->fetch({{"x"}, {}, {}});
            }),
            "passbolt timed out (raise KAMAL_SECRETS_TIMEOUT)");
  EXPECT_EQ(processes.calls.at(1).process.timeout, std::chrono::seconds(5));
  EXPECT_EQ(processes.calls.at(1).env["HOME"], "/home/ada");
}

}  // namespace
}  // namespace kamal
