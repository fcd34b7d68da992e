// What the reference's process has beyond Ruby itself, and what this interpreter says for itself.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow rows[] = {
    {R"("".present?)", "false"},
    {R"(" \n".blank?)", "true"},
    {R"(nil.presence || "x")", R"("x")"},
    {R"([].blank?)", "true"},
    {R"({ a: 1 }.present?)", "true"},
    {R"(0.blank?)", "false"},
    {R"(false.blank?)", "true"},
    {R"(["a", "", nil].compact_blank)", R"(["a"])"},
    {R"(%w[a b c].to_sentence)", R"("a, b, and c")"},
    {R"(%w[a b].to_sentence)", R"("a and b")"},
    {R"([1, 2, 3].excluding(2))", "[1, 3]"},
    {R"([1, 2].exclude?(3))", "true"},
    {R"([1, 2].many?)", "true"},
    {R"(%w[a bb].index_by(&:size))", R"({1 => "a", 2 => "bb"})"},
    {R"(%w[a bb].index_with(&:size))", R"({"a" => 1, "bb" => 2})"},
    {R"([{ a: 1 }, { a: 2 }].pluck(:a))", "[1, 2]"},
    {R"({ a: { b: 1 } }.deep_merge({ a: { c: 2 } }))", "{a: {b: 1, c: 2}}"},
    {R"({ "a" => { "b" => 1 } }.deep_symbolize_keys)", "{a: {b: 1}}"},
    {R"({ "a" => 1 }.symbolize_keys)", "{a: 1}"},
    {R"({ a: 1 }.stringify_keys)", R"({"a" => 1})"},
    {R"(1.in?([1, 2]))", "true"},
    {R"("HTMLPage::MyShop-x9Y".underscore)", R"("html_page/my_shop_x9_y")"},
    {R"("a_b_c".dasherize)", R"("a-b-c")"},
    {R"(%w[my_shop html_page/my_shop MyShop my-shop ABC_x xABC].map(&:camelize))",
     R"(["MyShop", "HtmlPage::MyShop", "MyShop", "My-shop", "ABCX", "XABC"])"},
    {R"(nil.try(:upcase))", "nil"},
    {R"("a".try(:upcase))", R"("A")"},
    {R"([1, 2].map { it + 1 })", "[2, 3]"},
    {R"(Kamal::VERSION)", R"("2.12.0")"},
    {R"(Shellwords.escape("a b"))", R"("a\\ b")"},
    {R"((nil < 1) rescue $!.message)", R"("undefined method '<' for nil")"},
    {R"(5.strip rescue $!.message)", R"("undefined method 'strip' for an instance of Integer")"},
    {R"("a".merge({}) rescue $!.class)", "NoMethodError"},
    {R"(JSON.pretty_generate({ a: [], b: {} }))", R"("{\n  \"a\": [],\n  \"b\": {}\n}")"},
};
// clang-format on

TEST(ErbExtensions, AreThoseOfTheReference) { expect_rows(rows); }

class FixedClock : public Clock {
 public:
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'767'323'045));
  }
  std::chrono::steady_clock::time_point ticks() override { return {}; }
  bool sleep(std::chrono::milliseconds) override { return true; }
};

TEST(ErbTime, IsThatOfTheGivenClock) {
  FixedClock clock;
  TemplateContext context;
  context.clock = &clock;
  EXPECT_EQ(render_template("<%= Time.now.utc.strftime(\"%Y%m%d%H%M%S\") %> <%= Time.now.utc.iso8601 %>",
                            "deploy.yml", context),
            "20260102030405 2026-01-02T03:04:05Z");
}

class FixedRandom : public Random {
 public:
  std::string hex(size_t bytes) override {
    std::string digits;
    for (size_t i = 0; i < bytes; ++i) digits += "a5";
    return digits;
  }
};

TEST(ErbRandom, IsThatOfTheGivenSource) {
  FixedRandom random;
  TemplateContext context;
  context.random = &random;
  EXPECT_EQ(
      render_template("<%= SecureRandom.hex(4) %> <%= rand(10).between?(0, 9) %>", "deploy.yml", context),
      "a5a5a5a5 true");
}

}  // namespace
}  // namespace kamal::test
