// What text methods come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow text_rows[] = {
    {R"("12abc".to_i)", R"(12)"},
    {R"("abc".to_i)", R"(0)"},
    {R"("3.7xyz".to_f)", R"(3.7)"},
    {R"(".5kg".to_f)", R"(0.5)"},
    {R"("1_000".to_i)", R"(1000)"},
    {R"("abc".upcase)", R"("ABC")"},
    {R"("hello world".capitalize)", R"("Hello world")"},
    {R"("  a b ".strip)", R"("a b")"},
    {R"("  a b ".lstrip)", R"("a b ")"},
    {R"("  a b ".rstrip)", R"("  a b")"},
    {R"("abc\n".chomp)", R"("abc")"},
    {R"("abc\r\n".chomp)", R"("abc")"},
    {R"("hello"[0])", R"("h")"},
    {R"("hello"[-1])", R"("o")"},
    {R"("hello"[1..3])", R"("ell")"},
    {R"("hello"[1...3])", R"("el")"},
    {R"("hello"[1..])", R"("ello")"},
    {R"("hello"[-3..])", R"("llo")"},
    {R"("hello"[1,3])", R"("ell")"},
    {R"("hello"[10])", R"(nil)"},
    {R"("hello"["ell"])", R"("ell")"},
    {R"("hello"[5])", R"(nil)"},
    {R"("hello"[5,1])", R"("")"},
    {R"("hello"[5..])", R"("")"},
    {R"("hello".tr("el", "ip"))", R"("hippo")"},
    {R"("hello".tr("a-y", "b-z"))", R"("ifmmp")"},
    {R"("hello".include?("ell"))", R"(true)"},
    {R"("hello".start_with?("he", "x"))", R"(true)"},
    {R"("hello".end_with?("lo"))", R"(true)"},
    {R"("hello".reverse)", R"("olleh")"},
    {R"("hello".length)", R"(5)"},
    {R"("héllo".length)", R"(5)"},
    {R"("héllo".reverse)", R"("olléh")"},
    {R"("hello".center(11, "*"))", R"("***hello***")"},
    {R"("hello".ljust(8, "."))", R"("hello...")"},
    {R"("hello".rjust(8))", R"("   hello")"},
    {R"("abc" <=> "abd")", R"(-1)"},
    {R"("abc" == "abc")", R"(true)"},
    {R"("a" * 3)", R"("aaa")"},
    {R"("a" + "b")", R"("ab")"},
    {R"("tab\tnew\\n#{1 + 1}")", R"("tab\tnew\\n2")"},
    {R"('single #{no} \n \' \\')", R"("single \#{no} \\n ' \\")"},
    {R"("quote \" inside")", R"("quote \" inside")"},
    {R"(:sym)", R"(:sym)"},
    {R"(:"quoted sym")", R"(:"quoted sym")"},
    {R"(:a <=> :b)", R"(-1)"},
    {R"("x" * 0)", R"("")"},
    {R"("a".."c")", R"("a".."c")"},
    {R"("é\n\t\e".inspect)", R"("\"é\\n\\t\\e\"")"},
    {R"('#{x} #$y #@z # a'.inspect)", R"("\"\\\#{x} \\\#$y \\\#@z # a\"")"},
    {R"(:"a-b".inspect)", R"(":\"a-b\"")"},
    {R"(:a?.inspect)", R"(":a?")"},
    {R"("a".ljust(3).inspect + "|")", R"("\"a  \"|")"},
    {R"("a-b".tr("-", "_").to_sym)", R"(:a_b)"},
    {R"("ab\\c")", R"("ab\\c")"},
    {R"('a\b')", R"("a\\b")"},
    {R"("abc".slice(0, 2))", R"("ab")"},
    {R"("abc".delete_prefix("a").delete_suffix("c"))", R"("b")"},
};
// clang-format on

TEST(ErbText, IsInterpretedAsRubyDoesIt) { expect_rows(text_rows); }
TEST(ErbText, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(text_rows); }

}  // namespace
}  // namespace kamal::test
