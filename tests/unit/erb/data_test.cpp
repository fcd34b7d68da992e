// What JSON, YAML, dates, paths and classes come to.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow data_rows[] = {
    {R"(1.is_a?(Integer))", R"(true)"},
    {R"("".is_a?(String))", R"(true)"},
    {R"(1.0.is_a?(Numeric))", R"(true)"},
    {R"(nil.is_a?(NilClass))", R"(true)"},
    {R"("x".class)", R"(String)"},
    {R"(1.class)", R"(Integer)"},
    {R"(nil.class)", R"(NilClass)"},
    {R"(File.basename("/a/b.rb", ".rb"))", R"("b")"},
    {R"(File.basename("/a/b.rb", ".*"))", R"("b")"},
    {R"(File.basename("/a/b/"))", R"("b")"},
    {R"(File.dirname("/a/b/c"))", R"("/a/b")"},
    {R"(File.dirname("a"))", R"(".")"},
    {R"(File.dirname("/a"))", R"("/")"},
    {R"(File.join("a", "b", "/c"))", R"("a/b/c")"},
    {R"(File.join("a/", "b"))", R"("a/b")"},
    {R"(File.expand_path("../x", "/a/b"))", R"("/a/x")"},
    {R"(File.expand_path("/a/./b/../c"))", R"("/a/c")"},
    {R"(File.directory?("/etc"))", R"(true)"},
    {R"(JSON.parse('{"a": [1, 2.5, null, true, "x\u00e9"]}'))", R"({"a" => [1, 2.5, nil, true, "xé"]})"},
    {R"(JSON.parse('{"a": 1}', symbolize_names: true))", R"({a: 1})"},
    {R"(JSON.parse('[1]').first)", R"(1)"},
    {R"({ a: 1, "b" => [nil, true, 1.5, "q\"x"] }.to_json)",
     R"("{\"a\":1,\"b\":[null,true,1.5,\"q\\\"x\"]}")"},
    {R"([1, "a", nil].to_json)", R"("[1,\"a\",null]")"},
    {R"("x".to_json)", R"("\"x\"")"},
    {R"({ "a" => 1, a: 2, 1 => { b: {} } }.to_json)", R"("{\"a\":1,\"a\":2,\"1\":{\"b\":{}}}")"},
    {R"(JSON.generate({ a: 1 }))", R"("{\"a\":1}")"},
    {R"(YAML.load("a: 1\nb: [x, y]\nc: yes\nd: 1.5\n"))",
     R"({"a" => 1, "b" => ["x", "y"], "c" => true, "d" => 1.5})"},
    {R"(YAML.load("- 1\n- two"))", R"([1, "two"])"},
    {R"(YAML.load("foo"))", R"("foo")"},
    {R"(require "json"; 1)", R"(1)"},
};
// clang-format on

TEST(ErbData, IsInterpretedAsRubyDoesIt) { expect_rows(data_rows); }
TEST(ErbData, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(data_rows); }

}  // namespace
}  // namespace kamal::test
