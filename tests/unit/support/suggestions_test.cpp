#include "kamal/support/suggestions.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(DidYouMean, NamesTheNearest) {
  EXPECT_EQ(did_you_mean("registr", {"proxy", "registry", "servers"}), "did you mean \"registry\"?");
}

TEST(DidYouMean, IgnoresCase) { EXPECT_EQ(did_you_mean("PROXY", {"proxy"}), "did you mean \"proxy\"?"); }

TEST(DidYouMean, CountsSwappedNeighborsAsOneError) {
  EXPECT_EQ(did_you_mean("wbe", {"web"}), "did you mean \"web\"?");
  EXPECT_EQ(did_you_mean("deplyo", {"deploy"}), "did you mean \"deploy\"?");
}

TEST(DidYouMean, IsEmptyIfNothingIsNear) {
  EXPECT_EQ(did_you_mean("builder", {"proxy", "ssh"}), "");
  EXPECT_EQ(did_you_mean("x", {"deploy", "docs"}), "");
  EXPECT_EQ(did_you_mean("deploy", {}), "");
}

TEST(DidYouMean, NamesAllThatAreEquallyNear) {
  EXPECT_EQ(did_you_mean("cat", {"bat", "dog", "car"}), "did you mean \"bat\" or \"car\"?");
}

TEST(DidYouMean, NamesEachOnce) { EXPECT_EQ(did_you_mean("wbe", {"web", "web"}), "did you mean \"web\"?"); }

TEST(DidYouMean, IsEmptyIfTooManyAreEquallyNear) {
  EXPECT_EQ(did_you_mean("1.1.1.9", {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}), "");
}

TEST(Suggestion, IsInParentheses) {
  EXPECT_EQ(suggestion("deplyo", {"deploy"}, "see `kamal --help`"), " (did you mean \"deploy\"?)");
}

TEST(Suggestion, IsSomethingElseIfNothingIsNear) {
  EXPECT_EQ(suggestion("fly", {"deploy"}, "see `kamal --help`"), " (see `kamal --help`)");
  EXPECT_EQ(suggestion("fly", {"deploy"}), "");
}

}  // namespace
}  // namespace kamal
