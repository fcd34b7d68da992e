#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::HasSubstr;

TEST(Secrets, ArePrinted) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=1\nB='two words'\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=1\nB=two words\n");
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

TEST(Secrets, OfAVaultThatWantsAnAccountMissIt) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "fetch", "-a", "1password", "A"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--account"));
}

}  // namespace
}  // namespace kamal
