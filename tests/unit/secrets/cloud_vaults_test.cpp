#include "unit/secrets/secret_adapter_fixture.h"

namespace kamal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AwsSecretsManager : public test::SecretAdapterTest {
 protected:
  AwsSecretsManager() : SecretAdapterTest("aws_secrets_manager") { processes.on("aws --version", "2"); }

  void answer(const std::string& words, const std::string& json) {
    processes.on("aws secretsmanager batch-get-secret-value --secret-id-list " + words + " --output json",
                 json);
  }
};

TEST_F(AwsSecretsManager, FetchesAllInOneCall) {
  answer("db key", R"({"SecretValues":[{"Name":"db","SecretString":"{\"USER\":\"app\",\"PORT\":5432}"},
                      {"Name":"key","SecretString":"k$y"}],"Errors":[]})");
  EXPECT_EQ(fetch({{"db", "key"}, {}, {}}), R"({"db/USER":"app","db/PORT":"5432","key":"k$y"})");
}

TEST_F(AwsSecretsManager, UsesTheAccountAsProfile) {
  answer("shop/db --profile acme", R"({"SecretValues":[{"Name":"shop/db","SecretString":"x"}]})");
  EXPECT_EQ(fetch({{"db"}, "acme", "shop"}), R"({"shop/db":"x"})");
}

TEST_F(AwsSecretsManager, KeepsStoredValues) {
  answer("n", R"({"SecretValues":[{"Name":"n","SecretString":"1.10"}]})");
  EXPECT_EQ(fetch({{"n"}, {}, {}}), R"({"n":"1.10"})");
  answer("s", R"({"SecretValues":[{"Name":"s","SecretString":"\"quoted\""}]})");
  EXPECT_EQ(fetch({{"s"}, {}, {}}), R"({"s":"\"quoted\""})");
  answer("o", R"({"SecretValues":[{"Name":"o","SecretString":"{\"A\":null,\"B\":[1, true]}"}]})");
  EXPECT_EQ(fetch({{"o"}, {}, {}}), R"({"o/A":"null","o/B":"[1,true]"})");
}

TEST_F(AwsSecretsManager, ReportsEveryError) {
  answer("a b", R"({"SecretValues":[],"Errors":[{"SecretId":"a","Message":"no such secret"},
                   {"SecretId":"b","Message":"denied"}]})");
  EXPECT_EQ(error({{"a", "b"}, {}, {}}), "AWS Secrets Manager: a: no such secret, b: denied");
}

TEST_F(AwsSecretsManager, ReadsAKeyOfTheJsonSecretFrom) {
  const std::string item = R"({"SecretValues":[{"Name":"myapp","SecretString":"{\"A\":\"one\",\"N\":2}"}]})";
  answer("myapp/A myapp/N myapp/C",
         R"({"SecretValues":[{"Name":"myapp/C","SecretString":"three"}],
             "Errors":[{"SecretId":"myapp/A","Message":"not found"},{"SecretId":"myapp/N","Message":"not found"}]})");
  answer("myapp", item);
  EXPECT_EQ(fetch({{"A", "N", "C"}, {}, "myapp"}), R"({"myapp/C":"three","myapp/A":"one","myapp/N":"2"})");
}

TEST_F(AwsSecretsManager, ReadsTheKeyAfterTheLastSlash) {
  answer("my/app/A", R"({"SecretValues":[],"Errors":[{"SecretId":"my/app/A","Message":"not found"}]})");
  answer("my/app", R"({"SecretValues":[{"Name":"my/app","SecretString":"{\"A\":\"one\"}"}]})");
  EXPECT_EQ(fetch({{"my/app/A"}, {}, {}}), R"({"my/app/A":"one"})");
}

TEST_F(AwsSecretsManager, AllowsASlashAtTheEndOfFrom) {
  answer("myapp//A", R"({"SecretValues":[],"Errors":[{"SecretId":"myapp//A","Message":"not found"}]})");
  answer("myapp", R"({"SecretValues":[{"Name":"myapp","SecretString":"{\"A\":\"one\"}"}]})");
  EXPECT_EQ(fetch({{"A"}, {}, "myapp/"}), R"({"myapp/A":"one"})");
}

TEST_F(AwsSecretsManager, ReportsTheFirstErrorForAMissingKey) {
  answer("myapp/B", R"({"SecretValues":[],"Errors":[{"SecretId":"myapp/B","Message":"not found"}]})");
  answer("myapp", R"({"SecretValues":[{"Name":"myapp","SecretString":"{\"A\":\"one\"}"}]})");
  EXPECT_EQ(error({{"B"}, {}, "myapp"}), "AWS Secrets Manager: myapp/B: not found");
  answer("myapp", R"({"SecretValues":[],"Errors":[{"SecretId":"myapp","Message":"denied"}]})");
  EXPECT_EQ(error({{"B"}, {}, "myapp"}), "AWS Secrets Manager: myapp/B: not found");
}

TEST_F(AwsSecretsManager, RejectsBinarySecrets) {
  answer("b", R"({"SecretValues":[{"Name":"b","SecretBinary":"eA=="}]})");
  EXPECT_EQ(error({{"b"}, {}, {}}), "b in AWS Secrets Manager is binary, not text");
}

TEST_F(AwsSecretsManager, ReportsACliFailure) {
  EXPECT_EQ(error({{"db"}, {}, {}}),
            "Could not read db from AWS Secrets Manager (aws failed with exit status 127)");
}

class GcpSecretManager : public test::SecretAdapterTest {
 protected:
  GcpSecretManager() : SecretAdapterTest("gcp") {
    processes.on("gcloud --version", "500").on("gcloud auth list --format=json", R"([{"account":"ada"}])");
  }

  void answer(const std::string& words, const std::string& base64) {
    processes.on("gcloud secrets versions access " + words + " --format=json",
                 R"({"payload":{"data":")" + base64 + R"("}})");
  }
};

TEST_F(GcpSecretManager, FetchesTheLatestVersionOfTheDefaultProject) {
  answer("latest --secret=key", "ayR5");
  EXPECT_EQ(fetch({{"key"}, "default", {}}), R"({"default/key":"k$y"})");
}

TEST_F(GcpSecretManager, TakesProjectAndVersionFromTheName) {
  answer("3 --secret=db --project=shop", "eA==");
  EXPECT_EQ(fetch({{"shop/db/3"}, "default", {}}), R"({"shop/db":"x"})");
  EXPECT_EQ(fetch({{"db/3"}, "default", "shop"}), R"({"shop/db":"x"})");
}

TEST_F(GcpSecretManager, SupportsAccountAndImpersonation) {
  answer("latest --secret=db --project=shop --account=ada@x --impersonate-service-account=a@y,b@z", "eA==");
  EXPECT_EQ(fetch({{"shop/db"}, "ada@x|a@y,b@z", {}}), R"({"shop/db":"x"})");
}

TEST_F(GcpSecretManager, DecodesUrlSafeBase64) {
  answer("latest --secret=key", "Pz8_Pj4-");
  EXPECT_EQ(fetch({{"key"}, "default", {}}), R"({"default/key":"???>>>"})");
}

TEST_F(GcpSecretManager, NamesAMissingSecret) {
  EXPECT_EQ(error({{"nope"}, "default", {}}),
            "Could not read default/nope from Google Secret Manager (gcloud failed with exit status 127)");
}

TEST_F(GcpSecretManager, RequiresAnAccount) {
  EXPECT_THAT(error({{"key"}, {}, {}}), HasSubstr("requires --account"));
}

TEST(GcpSecretManagerLoggedOut, LogsInOnTheTerminal) {
  test::ScriptedProcesses processes;
  processes.on("gcloud --version", "500");
  processes.on("gcloud auth list --format=json", "[]")
      .on("gcloud auth list --format=json", R"([{"account":"a"}])");
  processes.on("sh -c exec \"$0\" \"$@\" >&2 gcloud auth login", "");
  processes.on("gcloud secrets versions access latest --secret=key --format=json",
               R"({"payload":{"data":"eA=="}})");
  const auto values = make_secret_adapter("gcp", processes, {})->fetch({{"key"}, "default", {}});
  EXPECT_EQ(values, (SecretValues{{"default/key", "x"}}));
  EXPECT_EQ(processes.calls.at(2).line, "sh -c exec \"$0\" \"$@\" >&2 gcloud auth login");
  EXPECT_EQ(processes.calls.at(2).process.terminal, Terminal::shared);
}

class Doppler : public test::SecretAdapterTest {
 protected:
  Doppler() : SecretAdapterTest("doppler") { processes.on("doppler --version", "v3"); }

  static constexpr const char* two = R"({"DB":{"computed":"db pass","note":""},"API":{"computed":"k$y"}})";
};

TEST_F(Doppler, FetchesFromAProjectAndConfig) {
  processes.on("doppler me --json", "{}").on("doppler secrets get DB API --json -p shop -c prd", two);
  EXPECT_EQ(fetch({{"DB", "API"}, {}, "shop/prd"}), R"({"DB":"db pass","API":"k$y"})");
  EXPECT_EQ(fetch({{"shop/prd/DB", "shop/prd/API"}, {}, {}}), R"({"DB":"db pass","API":"k$y"})");
}

TEST_F(Doppler, LogsIn) {
  processes.on("doppler me --json", "", 1).on("doppler secrets get DB API --json -p shop -c prd", two);
  processes.on("sh -c exec \"$0\" \"$@\" >&2 doppler login -y", "");
  fetch({{"DB", "API"}, {}, "shop/prd"});
  EXPECT_THAT(processes.lines(), ElementsAre("doppler --version", "doppler me --json",
                                             "sh -c exec \"$0\" \"$@\" >&2 doppler login -y",
                                             "doppler secrets get DB API --json -p shop -c prd"));
}

TEST_F(Doppler, ServiceTokenNeedsNoProject) {
  environment["DOPPLER_TOKEN"] = "dp.st.prd.abc";
  processes.on("doppler me --json", "{}").on("doppler secrets get DB API --json", two);
  EXPECT_EQ(fetch({{"DB", "API"}, {}, {}}), R"({"DB":"db pass","API":"k$y"})");
}

TEST_F(Doppler, OtherTokensRequireAProject) {
  environment["DOPPLER_TOKEN"] = "dp.pt.abc";
  processes.on("doppler me --json", "{}");
  EXPECT_EQ(error({{"DB"}, {}, {}}), "Doppler requires --from PROJECT/CONFIG");
}

TEST_F(Doppler, ReportsAFailedLogin) {
  processes.on("doppler me --json", "", 1);
  EXPECT_EQ(error({{"DB"}, {}, "shop/prd"}),
            "Could not log in to Doppler (doppler failed with exit status 127)");
}

TEST_F(Doppler, NamesUnreadableSecrets) {
  processes.on("doppler me --json", "{}");
  EXPECT_EQ(error({{"NOPE"}, {}, "shop/prd"}),
            "Could not read NOPE from Doppler (doppler failed with exit status 127)");
}

}  // namespace
}  // namespace kamal
