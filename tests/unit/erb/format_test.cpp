// What splitting, formatting and showing text comes to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow format_rows[] = {
    {R"("a,b,c".split(","))", R"(["a", "b", "c"])"},
    {R"("a,b,,c,,".split(","))", R"(["a", "b", "", "c"])"},
    {R"("a,b,,c,,".split(",", -1))", R"(["a", "b", "", "c", "", ""])"},
    {R"("a,b,c,d".split(",", 2))", R"(["a", "b,c,d"])"},
    {R"(" a  b c ".split)", R"(["a", "b", "c"])"},
    {R"(" a  b c ".split(" ", 2))", R"(["a", "b c "])"},
    {R"(" a b c ".split(" ", -1))", R"(["a", "b", "c", ""])"},
    {R"("a1b2c3".split(/\d/))", R"(["a", "b", "c"])"},
    {R"("abc".split(""))", R"(["a", "b", "c"])"},
    {R"("abc".split(//))", R"(["a", "b", "c"])"},
    {R"("abc".split(//, 2))", R"(["a", "bc"])"},
    {R"("".split(","))", R"([])"},
    {R"("aXbXc".split("X", -1))", R"(["a", "b", "c"])"},
    {R"("a\nb\n".lines)", R"(["a\n", "b\n"])"},
    {R"("a\nb\n".lines(chomp: true))", R"(["a", "b"])"},
    {R"("hello %s you are %d" % ["Bob", 42])", R"("hello Bob you are 42")"},
    {R"("%s" % "x")", R"("x")"},
    {R"("%%" % [])", R"("%")"},
    {R"(%q(single 'quoted' (nested)))", R"E("single 'quoted' (nested)")E"},
    {R"(%Q(double #{1 + 1} (nested)))", R"E("double 2 (nested)")E"},
    {R"(nil.to_a)", R"([])"},
    {R"(nil.to_s)", R"("")"},
    {R"(nil.inspect)", R"("nil")"},
    {R"(nil.to_i)", R"(0)"},
    {R"("a=1;b=2".split(";").map { |kv| kv.split("=") }.to_h)", R"({"a" => "1", "b" => "2"})"},
    {R"("a=1;b=2".split(";").to_h { |kv| kv.split("=") })", R"({"a" => "1", "b" => "2"})"},
    {R"("foo_bar-baz".split(/[_-]/).map(&:capitalize).join)", R"("FooBarBaz")"},
    {R"("k: v".split(": ", 2))", R"(["k", "v"])"},
    {R"("%.1f%%" % 99.5)", R"("99.5%")"},
    {R"("%-5d|" % 3)", R"("3    |")"},
    {R"("%3d|%03d" % [5, 5])", R"("  5|005")"},
    {R"("a b".split.each_with_index.to_a)", R"([["a", 0], ["b", 1]])"},
    {R"(__FILE__)", R"E("(erb)")E"},
    {R"(__LINE__)", R"(2)"},
    {R"("a,b;c".split(/[,;]/))", R"(["a", "b", "c"])"},
    {R"("0.1.2".split(".").map(&:to_i).max)", R"(2)"},
    {R"("1,2,3".split(",").map(&:to_i).sum)", R"(6)"},
    {R"("1.10.0".split(".").map(&:to_i) <=> "1.9.0".split(".").map(&:to_i))", R"(1)"},
    {R"("hello world foo".split(" ", 2).last)", R"("world foo")"},
    {R"("title case here".split.map(&:capitalize).join(" "))", R"("Title Case Here")"},
    {R"("x=1&y=2".split("&").map { |p| p.split("=", 2) }.to_h.transform_values(&:to_i))",
     R"({"x" => 1, "y" => 2})"},
    {R"("%s and %s" % %w[a b])", R"("a and b")"},
    {R"("%d%%" % 10)", R"("10%")"},
    {R"("%5.1f" % 3.14159)", R"("  3.1")"},
    {R"("%+.2e" % 12345.678)", R"("+1.23e+04")"},
    {R"("%g" % 1e10)", R"("1e+10")"},
    {R"("% d" % 5)", R"(" 5")"},
    {R"(format("%-6s|", "日本"))", R"("日本    |")"},
    {R"("%-8s|" % "👍")", R"("👍       |")"},
    {R"("%6s|" % "日本")", R"("    日本|")"},
    {R"("%.3s|" % "日本語です")", R"("日本語|")"},
    {R"("%-4.1s|%4.s|" % %w[éa b])", R"("é   |    |")"},
    {R"("%+5s|% -3s|%05s" % %w[a b c])", R"("    a|b  |    c")"},
    {R"("%2s" % "abc")", R"("abc")"},
};
// clang-format on

TEST(ErbFormat, IsInterpretedAsRubyDoesIt) { expect_rows(format_rows); }
TEST(ErbFormat, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(format_rows); }

}  // namespace
}  // namespace kamal::test
