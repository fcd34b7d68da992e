// What regular expressions come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow pattern_rows[] = {
    {R"("a1b2c3".split(/(\d)/))", R"(["a", "1", "b", "2", "c", "3"])"},
    {R"("Fe09g"[/\h+/])", R"("Fe09")"},
    {R"("café"[/é/])", R"("é")"},
    {R"("hello"[/l+/])", R"("ll")"},
    {R"("ruby 3.2.1"[/ruby (\d+)/, 1])", R"("3")"},
    {R"("hello".sub("l", "L"))", R"("heLlo")"},
    {R"("hello".gsub("l", "L"))", R"("heLLo")"},
    {R"("hello".gsub(/[el]/, "e" => "3", "l" => "1"))", R"("h311o")"},
    {R"("hello".gsub(/l/) { |m| m.upcase })", R"("heLLo")"},
    {R"("john smith".gsub(/(\w+) (\w+)/, '\2 \1'))", R"("smith john")"},
    {R"("john".sub(/(?<first>\w)/, '\k<first>-'))", R"("j-ohn")"},
    {R"("hello".gsub(/x*/, "-"))", R"("-h-e-l-l-o-")"},
    {R"("hello".start_with?(/h./))", R"(true)"},
    {R"("hello" =~ /ll/)", R"(2)"},
    {R"("hello" !~ /z/)", R"(true)"},
    {R"("hello".match?(/l/))", R"(true)"},
    {R"("hello".match(/(?<x>l)(l)/)[:x])", R"("l")"},
    {R"("hello".match(/l(l)/)[1])", R"("l")"},
    {R"("hello".match(/(e)(l)/).captures)", R"(["e", "l"])"},
    {R"("hello".match(/z/))", R"(nil)"},
    {R"("2024-01-15".match(/(\d+)-(\d+)-(\d+)/).to_a)", R"(["2024-01-15", "2024", "01", "15"])"},
    {R"("foo.bar".scan(/o/))", R"(["o", "o"])"},
    {R"("a1b2".scan(/([a-z])(\d)/))", R"([["a", "1"], ["b", "2"]])"},
    {R"("hello world".scan(/\w+/))", R"(["hello", "world"])"},
    {R"("CamelCase".scan(/[A-Z][a-z]+/))", R"(["Camel", "Case"])"},
    {R"(/a#{1 + 1}b/.match?("a2b"))", R"(true)"},
    {R"(/(\d+)/ =~ "ab12"; $1)", R"("12")"},
    {R"("ab12" =~ /(\d+)/; $~[0])", R"("12")"},
    {R"("line1\nline2"[/^line2$/])", R"("line2")"},
    {R"("aaa"[/a{2}/])", R"("aa")"},
    {R"("aaa"[/a{2,}?/])", R"("aa")"},
    {R"("foobar"[/foo(?=bar)/])", R"("foo")"},
    {R"("foobaz"[/foo(?!bar)/])", R"("foo")"},
    {R"("price: 30"[/(?<=: )\d+/])", R"("30")"},
    {R"("ABC" =~ /abc/i)", R"(0)"},
    {R"("a\nb" =~ /a.b/m)", R"(0)"},
    {R"("a b" =~ /a b/x)", R"(nil)"},
    {R"("tel: 555-1234".gsub(/\D/, ""))", R"("5551234")"},
    {R"("fooBarBaz".gsub(/([A-Z])/) { "_" + $1.downcase })", R"("foo_bar_baz")"},
    {R"("fooBarBaz".gsub(/([A-Z])/) { |m| "_" + m.downcase })", R"("foo_bar_baz")"},
    {R"("a b" =~ /a[ ]b/x)", R"(0)"},
    {R"("x{{y}}"[/{{\w+}}/])", R"("{{y}}")"},
    {R"("a\n" =~ /a\Z/)", R"(0)"},
    {R"("a\n" =~ /a\z/)", R"(nil)"},
    {R"("x\na" =~ /\Aa/)", R"(nil)"},
    {R"("a\n".scan(/^/).size)", R"(1)"},
    {R"("x1".match(/(?<a>\w)(\d)/).captures)", R"(["x"])"},
    {R"("v1.v1"[/(?<v>v\d)\.\k<v>/])", R"("v1.v1")"},
    {R"("v1.v1"[/(v\d)\.\1/])", R"("v1.v1")"},
    {R"("é5" =~ /\w/)", R"(1)"},
    {R"("aé b"[/a\b/].inspect + "é b"[/é\b/])", R"("nilé")"},
    {R"("a]b"[/[\]]b/] + "a-b"[/[a\-]+/])", R"("]ba-")"},
    {R"("aab"[/(?>a+)b/] + "aab"[/a++b/])", R"("aabaab")"},
    {R"("x" =~ /[^\W\d]/)", R"(0)"},
    {R"("2.10.3".match(/\A(\d+)(?:\.(\d+))?(?:-(\w+))?/).to_a)", R"(["2.10", "2", "10", nil])"},
    {R"("ab".gsub(/(?<!a)b|a(?=b)/, "x"))", R"("xb")"},
};
// clang-format on

TEST(ErbPattern, IsInterpretedAsRubyDoesIt) { expect_rows(pattern_rows); }
TEST(ErbPattern, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(pattern_rows); }

}  // namespace
}  // namespace kamal::test
