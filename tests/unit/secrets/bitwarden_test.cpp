#include "unit/secrets/secret_adapter_fixture.h"

namespace kamal {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;

constexpr const char* unlocked = R"({"status":"unlocked"})";
constexpr const char* locked = R"({"status":"locked"})";
constexpr const char* shop =
    R"({"name":"shop","fields":[{"name":"DB","value":"db pass"},{"name":"API","value":null}]})";

class Bitwarden : public test::SecretAdapterTest {
 protected:
  Bitwarden() : SecretAdapterTest("bitwarden") {
    processes.on("bw --version", "2025.1.0\n").on("bw sync", "").on("bw get item shop", shop);
  }
};

class BitwardenUnlocked : public Bitwarden {
 protected:
  BitwardenUnlocked() { processes.on("bw status", unlocked); }
};

TEST_F(Bitwarden, LogsInAndUnlocks) {
  processes.on("bw status", R"({"status":"unauthenticated"})")
      .on("bw status", locked)
      .on("bw status", unlocked);
  processes.on("bw login ada@example.com", "").on("bw unlock --raw", "session-1\n");
  EXPECT_EQ(fetch({{"shop/DB"}, "ada@example.com", {}}), R"({"shop/DB":"db pass"})");
  EXPECT_THAT(processes.lines(),
              ElementsAre("bw --version", "bw status", "bw login ada@example.com", "bw status",
                          "bw unlock --raw", "bw status", "bw sync", "bw get item shop"));
  EXPECT_THAT(processes.calls.at(4).env, Not(Contains(Pair("BW_SESSION", "session-1"))));
  for (const size_t call : {5, 6, 7})
    EXPECT_THAT(processes.calls[call].env, Contains(Pair("BW_SESSION", "session-1")));
}

TEST_F(Bitwarden, ReportsAFailedUnlock) {
  processes.on("bw status", locked).on("bw unlock --raw", "", 1);
  EXPECT_EQ(error({{"shop"}, "ada", {}}), "Could not log in to Bitwarden and unlock it");
}

TEST_F(BitwardenUnlocked, FetchesAnItemOnce) {
  EXPECT_EQ(fetch({{"DB", "API"}, "ada", "shop"}), R"({"shop/DB":"db pass","shop/API":null})");
  EXPECT_THAT(processes.lines(), ElementsAre("bw --version", "bw status", "bw sync", "bw get item shop"));
}

TEST_F(BitwardenUnlocked, FetchesThePasswordOfALogin) {
  processes.on("bw get item mail",
               R"({"login":{"password":"mail pass"},"fields":[{"name":"A","value":"1"}]})");
  EXPECT_EQ(fetch({{"mail"}, "ada", {}}), R"({"mail":"mail pass"})");
}

TEST_F(BitwardenUnlocked, FetchesAllFieldsOfANonLogin) {
  EXPECT_EQ(fetch({{"shop"}, "ada", {}}), R"({"shop/DB":"db pass","shop/API":null})");
}

TEST_F(BitwardenUnlocked, NamesAMissingField) {
  EXPECT_EQ(error({{"shop/NOPE"}, "ada", {}}), "The item shop in Bitwarden has no field NOPE");
}

TEST_F(BitwardenUnlocked, NamesAMissingItem) {
  EXPECT_EQ(error({{"nowhere"}, "ada", {}}),
            "Could not read nowhere from Bitwarden (bw failed with exit status 127)");
}

TEST_F(BitwardenUnlocked, ReportsAnEmptyItem) {
  processes.on("bw get item note", R"({"login":null,"fields":null})");
  EXPECT_EQ(error({{"note"}, "ada", {}}), "The item note in Bitwarden is not a login and has no fields");
}

class BitwardenSecretsManager : public test::SecretAdapterTest {
 protected:
  BitwardenSecretsManager() : SecretAdapterTest("bitwarden-sm") {
    processes.on("bws --version", "bws 1.0.0\n").on("bws project list", "[]");
  }
};

TEST_F(BitwardenSecretsManager, ListsAll) {
  processes.on("bws secret list", R"([{"key":"A","value":"1"},{"key":"B","value":"2"}])");
  EXPECT_EQ(fetch({{"all"}, {}, {}}), R"({"A":"1","B":"2"})");
}

TEST_F(BitwardenSecretsManager, ListsAllOfAProject) {
  processes.on("bws secret list p1", R"([{"key":"A","value":"1"}])");
  EXPECT_EQ(fetch({{"all"}, {}, "p1"}), R"({"A":"1"})");
}

TEST_F(BitwardenSecretsManager, FetchesById) {
  processes.on("bws secret get id-1", R"({"key":"A","value":"1"})");
  processes.on("bws secret get id-2", R"({"key":"B","value":"2"})");
  EXPECT_EQ(fetch({{"id-1", "id-2"}, {}, {}}), R"({"A":"1","B":"2"})");
}

TEST_F(BitwardenSecretsManager, RequiresNames) {
  EXPECT_EQ(error({{}, {}, {}}), "Bitwarden Secrets Manager: no secrets given (use all, PROJECT/all or IDs)");
}

TEST_F(BitwardenSecretsManager, NamesAMissingId) {
  EXPECT_EQ(error({{"id-9"}, {}, {}}),
            "Could not read id-9 from Bitwarden Secrets Manager (bws failed with exit status 127)");
}

TEST_F(BitwardenSecretsManager, RequiresAToken) {
  test::ScriptedProcesses without_token;
  without_token.on("bws --version", "").on("bws project list", "", 1);
  EXPECT_EQ(test::error_of<std::runtime_error>([&] {
              make_secret_adapter("bitwarden-sm", without_token, {})->fetch({{"all"}, {}, {}});
            }),
            "Could not log in to Bitwarden Secrets Manager (check the access token) (bws failed with exit "
            "status 1)");
}

}  // namespace
}  // namespace kamal
