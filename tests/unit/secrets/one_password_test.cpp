#include "support/there.h"
#include "unit/secrets/secret_adapter_fixture.h"

namespace kamal {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class OnePassword : public test::SecretAdapterTest {
 protected:
  OnePassword() : SecretAdapterTest("1password") {
    processes.on("op --version", "2.30.0\n");
    processes.on("op account get --account acme", "", 0);
  }

  static constexpr const char* item = "op item get shop --vault Deploys --format json --account acme";
};

class OnePasswordSignedOut : public test::SecretAdapterTest {
 protected:
  OnePasswordSignedOut() : SecretAdapterTest("1password") {
    processes.on("op --version", "2.30.0\n");
    processes.on(item + " --fields label=KEY", R"({"reference":"op://Deploys/shop/KEY","value":"x"})");
    processes.on("op account get --account acme", "", 1);
  }

  std::string item = "op item get shop --vault Deploys --format json --account acme";
  SecretRequest request{{"Deploys/shop/KEY"}, "acme", {}};
};

TEST_F(OnePassword, FetchesFieldsOfAnItemInOneCall) {
  processes.on(std::string(item) + " --fields label=DB,label=API",
               R"([{"reference":"op://Deploys/shop/DB","value":"db pass"},
                   {"reference":"op://Deploys/shop/API","value":"k$y"}])");
  EXPECT_EQ(fetch({{"DB", "API"}, "acme", "Deploys/shop"}),
            R"({"Deploys/shop/DB":"db pass","Deploys/shop/API":"k$y"})");
  EXPECT_THAT(processes.lines(), ElementsAre("op --version", "op account get --account acme",
                                             std::string(item) + " --fields label=DB,label=API"));
}

TEST_F(OnePassword, FetchesThePasswordWithoutAField) {
  processes.on(std::string(item) + " --fields label=password",
               R"({"reference":"op://Deploys/shop/password","value":"main"})");
  EXPECT_EQ(fetch({{"shop"}, "acme", "op://Deploys"}), R"({"Deploys/shop":"main"})");
}

TEST_F(OnePassword, JoinsSectionAndField) {
  processes.on(std::string(item) + " --fields label=tls.cert",
               R"({"reference":"op://Deploys/shop/tls/cert","value":"a\nb"})");
  EXPECT_EQ(fetch({{"op://Deploys/shop/tls/cert"}, "acme", {}}), R"({"Deploys/shop/tls/cert":"a\nb"})");
}

TEST_F(OnePassword, FetchesAllFieldsOfAnItemWithoutNames) {
  processes.on(item, R"({"title":"shop","fields":[{"reference":"op://Deploys/shop/A","value":"1"},
                         {"reference":"op://Deploys/shop/notes"},{"label":"odd"}]})");
  EXPECT_EQ(fetch({{}, "acme", "op://Deploys/shop"}), R"({"Deploys/shop/A":"1","Deploys/shop/notes":null})");
}

TEST_F(OnePassword, QueriesVaultByVault) {
  for (const char* const vault : {"V", "W"}) {
    for (const char* const name : {"a", "b"}) {
      const std::string path = std::string(vault) + "/" + name;
      processes.on("op item get " + std::string(name) + " --vault " + vault +
                       " --format json --account acme --fields label=password",
                   R"({"reference":"op://)" + path + R"(/password","value":"x"})");
    }
  }
  EXPECT_EQ(fetch({{"V/a", "W/a", "V/b"}, "acme", {}}), R"({"V/a":"x","V/b":"x","W/a":"x"})");
}

TEST_F(OnePassword, NamesAMissingItem) {
  EXPECT_EQ(error({{"Deploys/shop/DB"}, "acme", {}}),
            "Could not read DB of shop in the vault Deploys of 1Password (op failed with exit status 127)");
}

TEST_F(OnePassword, RequiresVaultAndItem) {
  EXPECT_EQ(error({{"shop"}, "acme", {}}), "shop must be VAULT/ITEM or VAULT/ITEM/FIELD for 1Password");
  EXPECT_EQ(error({{}, "acme", "Deploys"}), "Without names, --from must be VAULT/ITEM for 1Password");
}

TEST_F(OnePassword, RequiresAnAccount) {
  EXPECT_EQ(error({{"Deploys/shop"}, {}, {}}), "1Password requires --account");
  EXPECT_THAT(processes.lines(), ElementsAre());
}

TEST_F(OnePassword, DoesNotQuoteInvalidOutput) {
  processes.on(item, R"({"secret":"hunter2"})");
  EXPECT_EQ(error({{}, "acme", "Deploys/shop"}), "op returned an unexpected response");
  processes.on(std::string(item) + " --fields label=A", "hunter2");
  EXPECT_EQ(error({{"A"}, "acme", "Deploys/shop"}), "op returned invalid JSON");
}

TEST_F(OnePasswordSignedOut, SignsIn) {
  processes.on("op signin --account acme --force --raw", "");
  EXPECT_EQ(fetch(request), R"({"Deploys/shop/KEY":"x"})");
  EXPECT_THAT(processes.lines(),
              ElementsAre("op --version", "op account get --account acme",
                          "op signin --account acme --force --raw", item + " --fields label=KEY"));
  EXPECT_EQ(processes.calls.at(2).process.terminal, Terminal::shared);
}

TEST_F(OnePasswordSignedOut, PassesTheTokenInTheEnvironment) {
  processes.on("op signin --account acme --force --raw", "token-1\n");
  processes.on("op account get --account acme", "", 0);
  fetch(request);
  EXPECT_THAT(test::last(processes.calls).env, Contains(Pair("OP_SESSION", "token-1")));
  EXPECT_THAT(test::last(processes.calls).env, Contains(Pair("OP_SESSION_acme", "token-1")));
  EXPECT_THAT(processes.lines(), Not(Contains(HasSubstr("token-1"))));
}

TEST_F(OnePasswordSignedOut, FallsBackToATokenOption) {
  processes.on("op signin --account acme --force --raw", "token-1\n");
  processes.on(item + " --session token-1 --fields label=KEY",
               R"({"reference":"op://Deploys/shop/KEY","value":"y"})");
  EXPECT_EQ(fetch(request), R"({"Deploys/shop/KEY":"y"})");
}

TEST_F(OnePasswordSignedOut, ReportsAFailedSignIn) {
  processes.on("op signin --account acme --force --raw", "", 6);
  EXPECT_EQ(error(request), "Could not sign in to 1Password (op failed with exit status 6)");
}

}  // namespace
}  // namespace kamal
