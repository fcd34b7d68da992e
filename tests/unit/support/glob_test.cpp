#include "kamal/support/strings.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

struct Case {
  const char* pattern;
  const char* text;
  bool matches;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.pattern << " on " << c.text; }

class GlobMatch : public ::testing::TestWithParam<Case> {};

TEST_P(GlobMatch, AgreesWithFnmatchOfRuby) {
  EXPECT_EQ(glob_match(GetParam().pattern, GetParam().text), GetParam().matches);
}

// File.fnmatch(pattern, text, File::FNM_EXTGLOB) says the same of each.
INSTANTIATE_TEST_SUITE_P(
    Patterns, GlobMatch,
    ::testing::Values(Case{"web", "web", true}, Case{"web", "web1", false}, Case{"web", "Web", false},
                      Case{"web*", "web", true}, Case{"web*", "web1", true}, Case{"*miss", "web", false},
                      Case{"*", "1.1.1.1", true}, Case{"1.1.1.?", "1.1.1.4", true},
                      Case{"1.1.1.?", "1.1.1.44", false}, Case{"1.1.1.[12]", "1.1.1.2", true},
                      Case{"1.1.1.[12]", "1.1.1.3", false}, Case{"1.1.1.[1-3]", "1.1.1.3", true},
                      Case{"*.1.2.*", "1.1.2.9", true}, Case{"w{eb,orkers}", "web", true},
                      Case{"w{eb,orkers}", "workers", true}, Case{"w{eb,orkers}", "wx", false},
                      Case{"{a,b{c,d}}", "bd", true}, Case{"{a,b{c,d}}", "b", false},
                      Case{"{web,}1", "1", true}, Case{"a\\*", "a*", true}, Case{"a\\*", "ab", false},
                      Case{"", "", true}, Case{"", "web", false}, Case{"a*b", "a/b", true},
                      Case{"[!a]b", "cb", true}, Case{"[^a]b", "cb", true}, Case{"a}", "a}", true},
                      Case{"**", "a", true}, Case{"*", ".hidden", false}, Case{"\\{a,b}", "{a,b}", true}));

}  // namespace
}  // namespace kamal
