// What hashes come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow hash_rows[] = {
    {R"([[1, 2], [3, 4]].to_h)", R"({1 => 2, 3 => 4})"},
    {R"({ a: 1, "b" => 2, 3 => [4] })", R"({a: 1, "b" => 2, 3 => [4]})"},
    {R"({ a: 1 }[:a])", R"(1)"},
    {R"({ "a" => 1 }["b"])", R"(nil)"},
    {R"({ a: { b: { c: 1 } } }.dig(:a, :b, :c))", R"(1)"},
    {R"({ a: 1 }.fetch(:a))", R"(1)"},
    {R"({ a: 1 }.fetch(:b, 2))", R"(2)"},
    {R"({ a: 1 }.fetch(:b) { |k| k.to_s })", R"("b")"},
    {R"({ a: 1, b: 2 }.map { |k, v| "#{k}=#{v}" })", R"(["a=1", "b=2"])"},
    {R"({ a: 1, b: 2 }.select { |k, v| v > 1 })", R"({b: 2})"},
    {R"({ a: 1, b: 2 }.reject { |k, v| v > 1 })", R"({a: 1})"},
    {R"({ a: 2, b: 1 }.sort_by { |k, v| v })", R"([[:b, 1], [:a, 2]])"},
    {R"({ a: 2, b: 1 }.sort_by { |k, v| v }.to_h)", R"({b: 1, a: 2})"},
    {R"({ a: 1 }.merge(b: 2))", R"({a: 1, b: 2})"},
    {R"({ a: 1 }.merge({ a: 3 }) { |k, o, n| o + n })", R"({a: 4})"},
    {R"({ a: 1, b: 2 }.keys)", R"([:a, :b])"},
    {R"({ a: 1, b: 2 }.values)", R"([1, 2])"},
    {R"({ a: 1 }.key?(:a))", R"(true)"},
    {R"({ a: 1 }.to_a)", R"([[:a, 1]])"},
    {R"({ a: 1, b: nil }.compact)", R"({a: 1})"},
    {R"({ a: 1 }.transform_values { |v| v + 1 })", R"({a: 2})"},
    {R"({ a: 1, b: 2 }.sum { |k, v| v })", R"(3)"},
    {R"({ a: 1, b: 2 }.each_with_object({}) { |(k, v), h| h[v] = k })", R"({1 => :a, 2 => :b})"},
    {R"({ a: 1, b: 2 }.each_with_index.map { |(k, v), i| [k, v, i] })", R"([[:a, 1, 0], [:b, 2, 1]])"},
    {R"({ a: 1, b: 2 }.find { |k, v| v == 2 })", R"([:b, 2])"},
    {R"({ a: 1, b: 2 }.any? { |k, v| v > 1 })", R"(true)"},
    {R"({ a: 1, b: 2 }.all? { |k, v| v > 1 })", R"(false)"},
    {R"({ a: 1, b: 2 }.count { |k, v| v > 1 })", R"(1)"},
    {R"({ a: 1, b: 2 }.filter_map { |k, v| k if v > 1 })", R"([:b])"},
    {R"({ a: 1, b: 2 }.to_h { |k, v| [v, k] })", R"({1 => :a, 2 => :b})"},
    {R"({ a: 1, b: 2 }.first)", R"([:a, 1])"},
    {R"({ a: 1, b: 2 }.sum { |k, v| v.to_f })", R"(3.0)"},
    {R"({ a: 1 }.length)", R"(1)"},
    {R"({}.empty?)", R"(true)"},
    {R"({ a: 1 } == { a: 1 })", R"(true)"},
    {R"(h = { "x": 1, "y z": 2 })", R"({x: 1, "y z": 2})"},
    {R"(h = {}; h[:a] ||= []; h[:a] << 1; h)", R"({a: [1]})"},
    {R"({ "a b": 1, a?: 2, "c" => 3, nil => 4 }.inspect)", R"("{\"a b\": 1, a?: 2, \"c\" => 3, nil => 4}")"},
    {R"({
  a: 1,
  "b": 2,
  c: { d: 3 },
})",
     R"({a: 1, b: 2, c: {d: 3}})"},
};
// clang-format on

TEST(ErbHash, IsInterpretedAsRubyDoesIt) { expect_rows(hash_rows); }
TEST(ErbHash, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(hash_rows); }

}  // namespace
}  // namespace kamal::test
