// What is left to an installed ruby, a row for each group.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr const char* needs_ruby_rows[] = {
    // Language
    R"(i = 0; while i < 5; i += 1; end)",
    R"(i = 0; i += 1 until i >= 4)",
    R"(for x in 1..3; x; end)",
    R"(loop { break })",
    R"(def sq(x) = x * x; sq(4))",
    R"(add = ->(a) { a + 1 }; add.call(1))",
    R"(proc { 1 }.call)",
    R"([1].each { |x| return x })",
    R"(a, *b = [1, 2, 3])",
    R"([[1, 2, 3]].map { |a, *b| b })",
    R"([[1, 2]].map { _1 + _2 })",
    R"([1].map(&method(:p)))",
    "<<~EOS\n  indented\nEOS",
    R"(Class.new)",
    // Lists and hashes
    R"([1, 2, 3].map.with_index(1) { |x, i| [x, i] })",
    R"([1, 2, 3].each_slice(2).to_a)",
    R"(%w[a b a].tally)",
    R"([1, 2, 3].rotate)",
    R"([1, 2].product([3, 4]))",
    R"([3, 1].shuffle)",
    R"([1].sample)",
    R"([3, 1].sort!)",
    R"([1, 2, 3].delete(2))",
    R"([1, 2].pop)",
    R"([1, 2].minmax)",
    R"((1..10).step(3).to_a)",
    R"((1..).first(3))",
    R"(("a8".."b1").to_a)",
    R"(Hash.new(0))",
    R"(Array.new(3, 0))",
    R"({ a: 1 }.invert)",
    R"({ "a" => 1 }.symbolize_keys)",
    R"({ a: 1 }.deep_merge({ b: 2 }))",
    R"(%w[a b].to_sentence)",
    // Texts
    R"("abc".sub!("b", ""))",
    R"("abc".insert(1, "x"))",
    R"("hello".count("l"))",
    R"("aab".squeeze)",
    R"("az".succ)",
    R"("a".ord)",
    R"("0x1A".hex)",
    R"("abc".casecmp?("ABC"))",
    R"("abc".swapcase)",
    R"("straße".upcase)",
    R"("a_b".camelize)",
    R"(%w[a_b].map(&:camelize))",
    R"(format("%c", 65))",
    R"("a"[/[[:^alpha:]]/])",
    // Numbers and times
    R"(10.divmod(3))",
    R"(5 & 3)",
    R"(1 << 4)",
    R"(15.round(-1))",
    R"(1.upto(3) { |i| i })",
    R"(Math.sqrt(16))",
    R"(rand(10))",
    R"(Time.at(0) + 60)",
    R"(Time.at(0).monday?)",
    R"(Date.new(2024, 1, 1))",
    R"(Date.parse("2024-03-01"))",
    // Classes
    R"(SecureRandom.hex)",
    R"(Base64.strict_encode64("a"))",
    R"(Digest::SHA256.hexdigest("a"))",
    R"(URI("http://a").host)",
    R"(File.mtime("a"))",
    R"(File.write("a", "b"))",
    R"(Dir.glob("*"))",
    R"(YAML.dump([1]))",
    R"(ERB.new("a", trim_mode: "<>").result)",
    R"(binding.local_variables)",
};
// clang-format on

TEST(ErbBeyond, IsRefusedWithoutRuby) {
  for (const char* row : needs_ruby_rows) {
    const std::string shown = interpreted(template_of({row, ""}));
    EXPECT_NE(shown.find("this is beyond what is evaluated without Ruby"), std::string::npos)
        << row << ": " << shown;
  }
}

}  // namespace
}  // namespace kamal::test
