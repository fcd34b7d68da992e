#include <gtest/gtest.h>

#include "config_fixture.h"
#include "kamal/support/version.h"

// x-kamal: settings that Kamal does not have.
namespace kamal::config {
namespace {

using test::configure;
using test::problems_with;
using test::warnings_with;
using test::Words;

TEST(ExtensionKeys, AreOffByDefault) {
  for (const char* yaml : {"", "x-kamal: {}"}) {
    const Extensions extensions = configure(yaml).extensions;
    EXPECT_FALSE(extensions.rollback_on_failure) << yaml;
    EXPECT_EQ(extensions.settle, std::chrono::seconds(0)) << yaml;
  }
}

TEST(ExtensionKeys, CanBeSet) {
  const Extensions extensions = configure("x-kamal: { rollback_on_failure: true, settle: 10 }").extensions;
  EXPECT_TRUE(extensions.rollback_on_failure);
  EXPECT_EQ(extensions.settle, std::chrono::seconds(10));
}

TEST(ExtensionKeys, CanBeSetToTheirDefaults) {
  const Extensions extensions = configure("x-kamal: { rollback_on_failure: false, settle: 0 }").extensions;
  EXPECT_FALSE(extensions.rollback_on_failure);
  EXPECT_EQ(extensions.settle, std::chrono::seconds(0));
}

TEST(ExtensionKeys, MayRequireAVersionOfThisProgram) {
  const auto problems = [](const std::string& version) {
    return problems_with("x-kamal: { minimum_version: " + version + " }");
  };
  EXPECT_EQ(problems("0.1"), Words());
  EXPECT_EQ(problems("2.12.0"),
            Words{"deploy.yml:1: x-kamal/minimum_version: requires kamal 2.12.0 or later; this is " +
                  std::string(program_version)});
  EXPECT_EQ(problems("new"), Words{"deploy.yml:1: x-kamal/minimum_version: must be a version (such as " +
                                   std::string(program_version) + ")"});
}

TEST(ExtensionKeys, UnknownOnesSuggestTheNearest) {
  EXPECT_EQ(problems_with("x-kamal: { setle: 3 }"),
            Words{"deploy.yml:1: x-kamal/setle: unknown key (did you mean \"settle\"?)"});
}

TEST(ExtensionKeys, AnchorsHaveToMoveToAnotherName) {
  EXPECT_EQ(
      problems_with("x-kamal: &mode\n  MODE: production\nenv: { clear: *mode }\n"),
      Words{"deploy.yml:2: x-kamal/MODE: unknown key (valid: rollback_on_failure, settle, minimum_version)"});
  EXPECT_EQ(problems_with("x-mode: &mode\n  MODE: production\nenv: { clear: *mode }\n"), Words());
}

TEST(ExtensionKeys, AnchorsOfOtherNamesMayHoldThem) {
  const char* const yaml = "x-safe: &safe { settle: 20 }\nx-kamal: { <<: *safe, rollback_on_failure: true }";
  EXPECT_EQ(configure(yaml).extensions.settle, std::chrono::seconds(20));
}

TEST(ExtensionKeys, HaveTypes) {
  EXPECT_EQ(problems_with("x-kamal:\n  rollback_on_failure: maybe\n  settle: soon\n"),
            (Words{"deploy.yml:2: x-kamal/rollback_on_failure: must be true or false (such as true), not a "
                   "string",
                   "deploy.yml:3: x-kamal/settle: must be an integer (such as 10), not a string"}));
  EXPECT_EQ(problems_with("x-kamal: { rollback_on_failure: }"),
            Words{"deploy.yml:1: x-kamal/rollback_on_failure: must be true or false (such as true), not "
                  "empty"});
  EXPECT_EQ(problems_with("x-kamal: { settle: 1.5 }"),
            Words{"deploy.yml:1: x-kamal/settle: must be an integer (such as 10), not a decimal number"});
  EXPECT_EQ(problems_with("x-kamal: { settle: [ 1 ] }"),
            Words{"deploy.yml:1: x-kamal/settle: must be an integer, not a list"});
}

TEST(ExtensionKeys, SettleIsNotNegative) {
  EXPECT_EQ(problems_with("x-kamal:\n  settle: -1\n"),
            Words{"deploy.yml:2: x-kamal/settle: must be at least 0"});
}

TEST(ExtensionKeys, StandInAMap) {
  EXPECT_EQ(problems_with("x-kamal: true"), Words{"deploy.yml:1: x-kamal: must be a map, not true"});
  EXPECT_EQ(problems_with("x-kamal: [ settle ]"), Words{"deploy.yml:1: x-kamal: must be a map, not a list"});
}

TEST(ExtensionKeys, OfOtherNamesAreIgnored) {
  EXPECT_EQ(warnings_with("x-kamal-anchors: { settle: soon }\nx-kamals: -1\nx-: [ 1 ]\n"), Words());
}

}  // namespace
}  // namespace kamal::config
