// What numbers come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow number_rows[] = {
    {R"(1 + 2 * 3 - 4 / 2)", R"(5)"},
    {R"(7 / -2)", R"(-4)"},
    {R"(-7 % 3)", R"(2)"},
    {R"(1.5 + 1)", R"(2.5)"},
    {R"(1_000 + 0x1f)", R"(1031)"},
    {R"(-2.5.round + 7 % 3)", R"(-2)"},
    {R"(1e3)", R"(1000.0)"},
    {R"(1.0e20)", R"(1.0e+20)"},
    {R"(1e16)", R"(1.0e+16)"},
    {R"(123456789.123456789)", R"(123456789.12345679)"},
    {R"(0.1 + 0.2)", R"(0.30000000000000004)"},
    {R"(1e-5)", R"(1.0e-05)"},
    {R"(100.0.to_s)", R"("100.0")"},
    {R"(2.5.round)", R"(3)"},
    {R"(-2.5.round)", R"(-3)"},
    {R"(Integer("42"))", R"(42)"},
    {R"(Integer("0x1f"))", R"(31)"},
    {R"(Float("1.5"))", R"(1.5)"},
    {R"(1..3)", R"(1..3)"},
    {R"(1.0 / 3)", R"(0.3333333333333333)"},
    {R"(10 / 3.0)", R"(3.3333333333333335)"},
    {R"(10.0 % 3)", R"(1.0)"},
    {R"(-7.0 % 3)", R"(2.0)"},
    {R"(1 <=> 2)", R"(-1)"},
    {R"(1 == 1.0)", R"(true)"},
    {R"(0.zero?)", R"(true)"},
};
// clang-format on

TEST(ErbNumber, IsInterpretedAsRubyDoesIt) { expect_rows(number_rows); }
TEST(ErbNumber, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(number_rows); }

}  // namespace
}  // namespace kamal::test
