#include "kamal/support/version.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

struct Case {
  const char* version;
  const char* than;
  bool older;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.version << " than " << c.than; }

class OlderVersion : public ::testing::TestWithParam<Case> {};

TEST_P(OlderVersion, AgreesWithRubyGems) {
  EXPECT_EQ(older_version(GetParam().version, GetParam().than), GetParam().older);
}

// Gem::Version.new(version) < Gem::Version.new(than), without the leading v, says the same of each.
INSTANTIATE_TEST_SUITE_P(Versions, OlderVersion,
                         ::testing::Values(Case{"v0.9.1", "v0.9.2", true}, Case{"v0.9.2", "v0.9.2", false},
                                           Case{"0.9.1", "v0.9.2", true}, Case{"v0.10.0", "v0.9.2", false},
                                           Case{"0.9", "0.9.2", true}, Case{"1.0", "1.0.0", false},
                                           Case{"1.0.0", "1.0", false}, Case{"1.0.rc1", "1.0", true},
                                           Case{"1.0.0-rc1", "1.0.0", true}, Case{"1.0.rc1", "1.0.rc2", true},
                                           Case{"1.0.a", "1.0.b", true}, Case{"1.0.b10", "1.0.b9", false},
                                           Case{"1.0.rc1", "1.0.0.1", true}, Case{"1", "1.0.rc1", false},
                                           Case{"0.9.2.alpha", "0.9.2", true}, Case{"1.a.2", "1.a.10", true},
                                           Case{"1.0.0.a", "1.0", true}, Case{"1.0.a", "1.0.0.a", false},
                                           Case{"1.0.a.0", "1.0.a", false}, Case{"2.a", "10.a", true},
                                           Case{"1.0-1", "1.0", true}, Case{"1.0-1", "1.0.pre.1", false},
                                           Case{"99999999999999999999", "100000000000000000000", true}));

TEST(OlderVersion, IgnoresNonVersions) { EXPECT_FALSE(older_version("latest", "v0.9.2")); }

}  // namespace
}  // namespace kamal
