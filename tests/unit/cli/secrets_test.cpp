#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(Secrets, ArePrinted) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=1\nB='two words'\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=1\nB=two words\n");
}

TEST(Secrets, ThatFailAreReportedAfterTheOthersArePrinted) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=1\nexport NOWHERE\nB=2\nC=$NOWHERE\n");
  const CliRun::Result result = kamal.run({"secrets", "print"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "A=1\nB=2\n");
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:2: NOWHERE: "));
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:4: C: depends on NOWHERE, which failed on line 2"));
  EXPECT_THAT(result.err, ::testing::Not(HasSubstr("WARNING")));
}

TEST(Secrets, ThatFailStopOnlyCommandsThatRequireThem) {
  CliRun kamal("registry: { username: robot, password: [ PASSWORD ] }\nenv: { secret: [ KEY ] }");
  kamal.write(".kamal/secrets", "PASSWORD=sesame\nexport KEY\n");
  const CliRun::Result login = kamal.run({"registry", "login"});
  EXPECT_EQ(login.status, 0) << login.err;
  EXPECT_THAT(kamal.story.of({"docker login"}), ::testing::SizeIs(2));
  EXPECT_THAT(login.err, HasSubstr("WARNING: .kamal/secrets:2: KEY: "));
  const CliRun::Result deploy = kamal.run({"app", "boot"});
  EXPECT_EQ(deploy.status, 1);
  EXPECT_THAT(deploy.err, HasSubstr(".kamal/secrets:2: KEY: "));
  EXPECT_THAT(deploy.err, HasSubstr("(required by env/secret)"));
}

TEST(Secrets, AreFetchedFromAVault) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "fetch", "--adapter", "vaultless", "A"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("vaultless"));
}

TEST(Secrets, AreExtractedFromWhatWasFetched) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"secrets", "extract", "A", R"({"x/A":"one","B":"two"})"}).out, "one\n");
}

TEST(Secrets, ThatEndALineAreExtractedAsTheyAre) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"secrets", "extract", "A", R"({"A":"one\n"})"}).out, "one\n");
}

TEST(Secrets, ThatEndALineArePrintedAsTheyAre) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=\"one\n\"\nB=2\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=one\nB=2\n");
}

TEST(Secrets, OfAVaultWithAccountsRequireOne) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "fetch", "-a", "1password", "A"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--account"));
}

constexpr const char* shop_db = R"([{"fullname":"Shop/db","password":"tea pot"}])";
const std::vector<std::string> fetch_from_lastpass = {
    "secrets", "fetch", "-a", "lastpass", "--account", "ada@example.com", "--from", "Shop", "db"};

TEST(Secrets, AreFetchedFromAPlaceInAnAccountOfAVault) {
  CliRun kamal;
  kamal.processes.answer("lpass show Shop/db --json", test::says(shop_db));
  EXPECT_EQ(kamal.run(fetch_from_lastpass).out, "{\"Shop/db\":\"tea pot\"}\n");
  EXPECT_THAT(kamal.processes.lines(), Contains(HasSubstr("lpass login ada@example.com")));
}

TEST(Secrets, AreOneWordOfAShellForASecretsFile) {
  CliRun kamal;
  kamal.processes.answer("lpass show Shop/db --json", test::says(shop_db));
  std::vector<std::string> line = fetch_from_lastpass;
  line.push_back("--inline");
  EXPECT_EQ(kamal.run(line).out, "\\{\\\"Shop/db\\\":\\\"tea\\ pot\\\"\\}\n");
}

TEST(Secrets, AreExtractedInASecretsFile) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=$(kamal secrets extract A '{\"x/A\":\"one\"}')\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=one\n");
}

TEST(Secrets, ThatWereNotFetchedCantBeExtracted) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "extract", "C", R"({"A":"one"})"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No secret C in the fetched values"));
}

TEST(Secrets, OfADestinationArePrinted) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "{}\n");
  kamal.write(".kamal/secrets.staging", "A=staged\n");
  EXPECT_EQ(kamal.run({"secrets", "print", "-d", "staging"}).out, "A=staged\n");
}

}  // namespace
}  // namespace kamal
