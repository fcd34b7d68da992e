// What conditions, loops, assignments, blocks and exceptions come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow control_rows[] = {
    {R"(format("%.3s|%5s|%-5s|", "abcdef", "ab", "ab"))", R"("abc|   ab|ab   |")"},
    {R"(!true)", R"(false)"},
    {R"(not(true))", R"(false)"},
    {R"(nil || "x")", R"("x")"},
    {R"(false && 1)", R"(false)"},
    {R"(1 && 2)", R"(2)"},
    {R"(x = nil; x&.length)", R"(nil)"},
    {R"(x = "abc"; x&.length)", R"(3)"},
    {R"(x = 5; x > 3 ? "big" : "small")", R"("big")"},
    {R"(x = 3; case x when 1..2 then "low" when 3 then "three" else "x" end)", R"("three")"},
    {R"(x = "abc"; case x when /^a/ then "A" when String then "S" end)", R"("A")"},
    {R"(x = 5; case when x > 3 then "gt" else "le" end)", R"("gt")"},
    {R"(case "b" when "a", "b" then 1 else 2 end)", R"(1)"},
    {R"(a, b = [1, 2]; [b, a])", R"([2, 1])"},
    {R"(begin; begin; raise KeyError, "k"; rescue => e; raise; end; rescue => f; [f.class, f.message]; end)",
     R"([KeyError, "k"])"},
    {R"(h = { a: { b: 1 } }; h[:a][:b] += 2; h[:a][:c] ||= 4; h)", R"({a: {b: 3, c: 4}})"},
    {R"(if false then 1 end)", R"(nil)"},
    {R"(if nil then 1 elsif 1 then 2 else 3 end)", R"(2)"},
    {R"(unless true then 1 else 2 end)", R"(2)"},
    {R"((x = 3 if true))", R"(3)"},
    {R"(a = b = 3; [a, b])", R"([3, 3])"},
    {R"(a = 1; a += 2; a *= 3; a -= 1; a)", R"(8)"},
    {R"(a = nil; a ||= 5; a &&= a + 1; a)", R"(6)"},
    {R"(begin; raise "boom"; rescue => e; e.message; end)", R"("boom")"},
    {R"(begin; Integer("x"); rescue ArgumentError => e; e.class; end)", R"(ArgumentError)"},
    {R"(x = false; x&.to_s)", R"("false")"},
    {R"(x = 1; [2].each { |x| x }; x)", R"(1)"},
    {R"(x = 1; [2].each { |y| x = y }; x)", R"(2)"},
    {R"([1, "a"] <=> [1, 2])", R"(nil)"},
    {R"(File.basename("a/b.tar.gz", ".*"))", R"("b.tar")"},
    {R"(File.expand_path("../../../a/./b", "/c"))", R"("/a/b")"},
    {R"(begin; begin; raise Exception, "x"; rescue; 1; end; rescue Exception => e; e.message; end)",
     R"("x")"},
    {R"(begin; begin; raise KeyError, "x"; rescue ArgumentError; 1; end; rescue IndexError; 2; end)", R"(2)"},
    {R"(begin; (raise LoadError, "x") rescue 1; rescue LoadError; 2; end)", R"(2)"},
    {R"(begin; begin; raise "x"; rescue; end; raise; rescue => e; e.class; end)", R"(RuntimeError)"},
    {R"(begin; raise "x"; rescue; end; $!)", R"(nil)"},
    {R"(begin; raise "x"; rescue; begin; raise "y"; rescue; end; $!.message; end)", R"("x")"},
    {R"(defined?(Rails) ? Rails.env : "x")", R"("x")"},
    {R"((Rails.application.credentials.dig(:a, "b") if defined?(Rails)))", R"(nil)"},
    {R"(defined?(Rails) && Rails.root.join("a"))", R"(nil)"},
    {R"(defined?(Rails.env))", R"(nil)"},
    {R"(defined?(Rails::Engine) ? 1 : 2)", R"(2)"},
    {R"((Rails.env rescue "none") if defined?(Rails).nil?)", R"("none")"},
    {R"((raise "x" rescue "y"))", R"("y")"},
    {R"(Integer("z") rescue -1)", R"(-1)"},
    {R"(begin; [].fetch(5); rescue IndexError => e; e.message; end)",
     R"("index 5 outside of array bounds: 0...0")"},
    {R"(begin; {a: 1}.fetch(:b); rescue KeyError => e; e.message; end)", R"("key not found: :b")"},
    {R"(begin; 1 / 0; rescue ZeroDivisionError => e; e.message; end)", R"("divided by 0")"},
    {R"(begin; "a" + 1; rescue TypeError => e; e.message; end)",
     R"("no implicit conversion of Integer into String")"},
    {R"(begin; 1 + "a"; rescue TypeError => e; e.message; end)", R"("String can't be coerced into Integer")"},
    {R"(begin; 1 + nil; rescue TypeError => e; e.message; end)", R"("nil can't be coerced into Integer")"},
    {R"(begin; [3, "a"].sort; rescue ArgumentError => e; e.message; end)",
     R"("comparison of Integer with String failed")"},
    {R"(begin; raise ArgumentError, "bad"; rescue => e; [e.class.to_s, e.message]; end)",
     R"(["ArgumentError", "bad"])"},
    {R"(begin; raise KeyError; rescue => e; e.message; end)", R"("KeyError")"},
    {R"(begin; JSON.parse("{"); rescue JSON::ParserError; "bad"; end)", R"("bad")"},
    {R"(if "v1.2" =~ /v(\d)\.(\d)/ then [$1, $2] end)", R"(["1", "2"])"},
    {R"(x = if true
  1
else
  2
end)",
     R"(1)"},
    {R"(puts("x") || 1)", R"(1)"},
    {R"(p_x = 3; p_x /2)", R"(1)"},
    {R"(x = [1,2]; x [0])", R"(1)"},
    {R"(defined?(String))", R"("constant")"},
    {R"(x = 1; defined?(x))", R"("local-variable")"},
    {R"(defined?(Rails).inspect)", R"("nil")"},
    {R"("a" if 1 == 1 and 2 == 2)", R"("a")"},
    {R"((true and not false))", R"(true)"},
    {R"((nil or 5))", R"(5)"},
};
// clang-format on

TEST(ErbControl, IsInterpretedAsRubyDoesIt) { expect_rows(control_rows); }
TEST(ErbControl, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(control_rows); }

}  // namespace
}  // namespace kamal::test
