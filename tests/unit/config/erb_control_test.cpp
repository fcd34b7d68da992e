// What conditions, loops, assignments, blocks and exceptions come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow rows[] = {
    {R"(format("%.3s|%5s|%-5s|", "abcdef", "ab", "ab"))", R"("abc|   ab|ab   |")"},
    {R"(format("%c%c", "x", 65))", R"("xA")"},
    {R"(x = 1; { x:, y: 2 } rescue 0)", R"({x: 1, y: 2})"},
    {R"(nil & true)", R"(false)"},
    {R"(true & false)", R"(false)"},
    {R"(true ^ true)", R"(false)"},
    {R"(!true)", R"(false)"},
    {R"(not(true))", R"(false)"},
    {R"(nil || "x")", R"("x")"},
    {R"(false && 1)", R"(false)"},
    {R"(1 && 2)", R"(2)"},
    {R"(x = nil; x&.length)", R"(nil)"},
    {R"(x = "abc"; x&.length)", R"(3)"},
    {R"(x = 5; x > 3 ? "big" : "small")", R"("big")"},
    {R"(x = 5; x.between?(1, 10))", R"(true)"},
    {R"(x = 5; x.clamp(1, 3))", R"(3)"},
    {R"(x = 3; case x when 1..2 then "low" when 3 then "three" else "x" end)", R"("three")"},
    {R"(x = "abc"; case x when /^a/ then "A" when String then "S" end)", R"("A")"},
    {R"(x = 5; case when x > 3 then "gt" else "le" end)", R"("gt")"},
    {R"(case "b" when "a", "b" then 1 else 2 end)", R"(1)"},
    {R"(if false then 1 end)", R"(nil)"},
    {R"(if nil then 1 elsif 1 then 2 else 3 end)", R"(2)"},
    {R"(unless true then 1 else 2 end)", R"(2)"},
    {R"((x = 3 if true))", R"(3)"},
    {R"(a, b = 1, 2; [b, a])", R"([2, 1])"},
    {R"(a, *b = [1, 2, 3]; [a, b])", R"([1, [2, 3]])"},
    {R"(*a, b = [1, 2, 3]; [a, b])", R"([[1, 2], 3])"},
    {R"(a = b = 3; [a, b])", R"([3, 3])"},
    {R"(a = 1; a += 2; a *= 3; a -= 1; a)", R"(8)"},
    {R"(a = nil; a ||= 5; a &&= a + 1; a)", R"(6)"},
    {R"(a = *1..3; a)", R"([1, 2, 3])"},
    {R"(i = 0; while i < 5; i += 1; break if i == 3; end; i)", R"(3)"},
    {R"(i = 0; i += 1 until i >= 4; i)", R"(4)"},
    {R"(i = 0; loop { i += 1; next if i < 3; break }; i)", R"(3)"},
    {R"(r = []; for x in 1..3; r << x; end; r)", R"([1, 2, 3])"},
    {R"(r = []; for k, v in { a: 1 }; r << [k, v]; end; r)", R"([[:a, 1]])"},
    {R"(begin; raise "boom"; rescue => e; e.message; end)", R"("boom")"},
    {R"(begin; Integer("x"); rescue ArgumentError => e; e.class; end)", R"(ArgumentError)"},
    {R"(begin; 1; ensure; 2; end)", R"(1)"},
    {R"(begin; 1; rescue; 2; else; 3; end)", R"(3)"},
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
    {R"(def greet(name, greeting = "Hello"); "#{greeting}, #{name}"; end; greet("Bob"))", R"("Hello, Bob")"},
    {R"(def f(*args); args.sum; end; f(1, 2, 3))", R"(6)"},
    {R"(def fact(n); n <= 1 ? 1 : n * fact(n - 1); end; fact(10))", R"(3628800)"},
    {R"(def early(x); return "neg" if x < 0; "pos"; end; [early(-1), early(1)])", R"(["neg", "pos"])"},
    {R"(def sq(x) = x * x; sq(4))", R"(16)"},
    {R"(add = ->(a, b) { a + b }; add.call(1, 2))", R"(3)"},
    {R"(add = ->(a, b = 5) { a + b }; add.(1))", R"(6)"},
    {R"(add = lambda { |a| a * 2 }; add[4])", R"(8)"},
    {R"(double = proc { |x| x * 2 }; [1, 2].map(&double))", R"([2, 4])"},
    {R"(c = 0; inc = -> { c += 1 }; inc.call; inc.call; c)", R"(2)"},
    {R"(compose = ->(f, g) { ->(x) { g.(f.(x)) } }; compose.(->(x) { x + 1 }, ->(x) { x * 2 }).(3))", R"(8)"},
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
    {R"(def kw(a, b); [a, b]; end; kw(*[1, 2]))", R"([1, 2])"},
};
// clang-format on

TEST(ErbControl, IsInterpretedAsRubyDoesIt) { expect_rows(rows); }
TEST(ErbControl, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(rows); }

}  // namespace
}  // namespace kamal::test
