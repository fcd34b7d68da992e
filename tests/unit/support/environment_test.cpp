#include "kamal/support/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace kamal {
namespace {

using ::testing::Optional;

TEST(Environment, KeepsEqualsSignsInValues) {
  setenv("KAMAL_TEST_VALUE", "a=b=c", 1);
  const EnvironmentMap environment = current_environment();
  unsetenv("KAMAL_TEST_VALUE");
  EXPECT_THAT(get(environment, "KAMAL_TEST_VALUE"), Optional(std::string("a=b=c")));
}

TEST(Environment, DistinguishesEmptyFromMissing) {
  const EnvironmentMap environment = {{"EMPTY", ""}};
  EXPECT_THAT(get(environment, "EMPTY"), Optional(std::string()));
  EXPECT_EQ(get(environment, "MISSING"), std::nullopt);
}

}  // namespace
}  // namespace kamal
