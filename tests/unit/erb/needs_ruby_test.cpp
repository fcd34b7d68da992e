// What is left to an installed ruby: an example or two of each group.
#include "template_fixture.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr const char* needs_ruby_rows[] = {
    // Language
    R"(i = 0; while i < 5; i += 1; end)",
    R"(i = 0; i += 1 until i >= 4)",
    R"(for x in 1..3; x; end)",
    R"(loop { break })",
    R"([1].each { break })",
    R"(def sq(x) = x * x; sq(4))",
    R"(add = ->(a) { a + 1 }; add.call(1))",
    R"(proc { 1 }.call)",
    R"([1].each { |x| return x })",
    R"(a, b = 1, 2)",
    R"(a, *b = [1, 2, 3])",
    R"([*1..3])",
    R"({ **{ a: 1 }, b: 2 })",
    R"([[1, 2, 3]].map { |a, *b| b })",
    R"([1].map { it + 1 })",
    R"([1].map { _1 + 1 })",
    R"([1].map(&method(:p)))",
    R"(begin; 1; ensure; 2; end)",
    R"(begin; 1; rescue; 2; else; 3; end)",
    R"(begin; retry; end)",
    R"(LIMIT = 1)",
    R"($0)",
    R"(defined?(puts))",
    R"(h = {}; h[`a`] ||= 1)",
    "<<~EOS\n  indented\nEOS",
    R"("a" "b")",
    R"("\u00e9")",
    R"(0b11)",
    R"(017)",
    R"(2 ** 10)",
    R"(5 & 3)",
    R"(:+)",
    R"(Class.new)",
    // Lists, hashes and ranges
    R"([1, 2, 3].map.with_index(1) { |x, i| [x, i] })",
    R"([1, 2, 3].each_slice(2).to_a)",
    R"([1, 2, 3].inject { |a, b| a + b })",
    R"(%w[a b a].tally)",
    R"([1, 2].partition { |x| x > 1 })",
    R"([1, 2].min_by { |x| x })",
    R"([3, 1].shuffle)",
    R"([3, 1].sort!)",
    R"([1, 2].pop)",
    R"([1, 2].values_at(0))",
    R"((1..10).step(3).to_a)",
    R"(Hash.new(0))",
    R"({ a: 1 }.delete(:a))",
    R"({ a: 1 }.transform_keys(&:to_s))",
    R"({ a: 1 }.except(:a))",
    // Texts and numbers
    R"("abc".sub!("b", ""))",
    R"("hello".delete("l"))",
    R"("hello".index("l"))",
    R"("aab".squeeze)",
    R"("az".succ)",
    R"("abc".chars)",
    R"("a_b".camelize)",
    R"(%w[a_b].map(&:camelize))",
    R"("ff".to_i(16))",
    R"(10.divmod(3))",
    R"(3.14.round(1))",
    R"(1.upto(3) { |i| i })",
    R"(Math.sqrt(16))",
    R"(rand(10))",
    // Regular expressions
    R"("a"[/[[:alpha:]]/])",
    R"("a"[/\p{L}/])",
    R"("a"[/[a&&b]/])",
    R"("a"[/(?i)a/])",
    R"("a"[/a{,2}/])",
    R"(Regexp.escape("a"))",
    // Times, classes and what Rails adds
    R"(Time.at(0))",
    R"(Time.now.year)",
    R"(Date.today)",
    R"(SecureRandom.hex)",
    R"(Base64.strict_encode64("a"))",
    R"(Digest::SHA256.hexdigest("a"))",
    R"(Shellwords.escape("a"))",
    R"(File.mtime("a"))",
    R"(File.write("a", "b"))",
    R"(Dir.glob("*"))",
    R"(ENV.to_h)",
    R"(YAML.dump([1]))",
    R"([1, { "a" => "b" }].to_yaml)",
    R"(JSON.pretty_generate([1]))",
    R"(Dotenv.overload)",
    R"(ERB.new("a").result_with_hash(a: 1))",
    R"(binding.local_variables)",
    R"(1.in?([1]))",
    R"(1.then { |x| x })",
    R"(require "csv")",
};
// What is found out when the value is there, in a template that has run no command.
constexpr const char* needs_ruby_later_rows[] = {
    R"("straße".upcase)",
    R"(9_000_000_000_000_000_000 * 9)",
    R"([1] * 2)",
    R"((1..).first(3))",
    R"(("a8".."b1").to_a)",
    R"([1].each_with_object)",
    R"(format("%c", 65))",
    R"(format("%.3d", 65))",
    R"(format("%<a>d", a: 1))",
    R"("a-b".tr("^a", "_"))",
    R"("café".tr("é", "e"))",
    R"(Time.now.strftime("%N"))",
    R"("a".match(/a/).inspect)",
    R"(re = /a/; "a" =~ /#{re}b/)",
    R"(ERB.new("a", trim_mode: "<>").result)",
    R"(Dotenv.load(overwrite: true))",
};
// clang-format on

class ErbBeyond : public TemplateTest {
 protected:
  void expect_refused(const std::string& code) {
    const std::string shown = problem("a: 1\nb: <%= x = begin\n" + code + "\nend %>");
    EXPECT_TRUE(shown.starts_with("config/deploy.yml:")) << code << ": " << shown;
    EXPECT_NE(shown.find("`: "), std::string::npos) << code << ": " << shown;
    EXPECT_NE(shown.find("not supported without Ruby"), std::string::npos) << code << ": " << shown;
  }

  void expect_handed_over(const std::string& text) {
    processes_.processes.clear();
    processes_.answer = {0, "ok 1\nx", "", false};
    EXPECT_EQ(render(text), "x") << text;
    ASSERT_EQ(processes_.processes.size(), 1U) << text;
    EXPECT_EQ(processes_.processes[0].argv[0], "ruby") << text;
    EXPECT_EQ(processes_.processes[0].input, text);
  }
};

TEST_F(ErbBeyond, IsRefusedWithoutRuby) {
  for (const char* row : needs_ruby_rows) expect_refused(row);
  for (const char* row : needs_ruby_later_rows) expect_refused(row);
}

TEST_F(ErbBeyond, IsHandedOverBeforeAnyCommandRuns) {
  program("ruby");
  for (const char* row : needs_ruby_rows)
    expect_handed_over("<% `first; true` %><%= begin\n" + std::string(row) + "\nend %>");
}

TEST_F(ErbBeyond, IsHandedOverWhenAValueTurnsOutToBeSo) {
  program("ruby");
  for (const char* row : needs_ruby_later_rows)
    expect_handed_over("<%= begin\n" + std::string(row) + "\nend %>");
}

}  // namespace
}  // namespace kamal::test
