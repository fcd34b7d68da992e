// What the reference's process has beyond Ruby itself, and what this interpreter says for itself.
#include "erb_rows.h"

namespace kamal::test {
namespace {

// clang-format off: a row is a line
constexpr ErbRow extensions_rows[] = {
    {R"("".present?)", "false"},
    {R"(" \n".blank?)", "true"},
    {R"(nil.presence || "x")", R"("x")"},
    {R"([].blank?)", "true"},
    {R"({ a: 1 }.present?)", "true"},
    {R"(0.blank?)", "false"},
    {R"(false.blank?)", "true"},
    {R"(Kamal::VERSION)", R"("2.12.0")"},
    {R"((nil < 1) rescue $!.message)", R"("undefined method '<' for nil")"},
};
// clang-format on

TEST(ErbExtensions, MatchKamal) { expect_rows(extensions_rows); }

class FixedClock : public Clock {
 public:
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'767'323'045));
  }
  std::chrono::steady_clock::time_point ticks() override { return {}; }
  bool sleep(std::chrono::milliseconds) override { return true; }
};

std::string at_fixed_time(const std::string& code) {
  FixedClock clock;
  TemplateContext context;
  context.clock = &clock;
  return render_template("<%= " + code + " %>", "deploy.yml", context);
}

TEST(ErbTime, IsThatOfTheGivenClock) {
  EXPECT_EQ(at_fixed_time("Time.now.to_i"), "1767323045");
  EXPECT_EQ(at_fixed_time("Time.now.utc"), "2026-01-02 03:04:05 UTC");
  EXPECT_EQ(at_fixed_time("Time.now.utc.iso8601"), "2026-01-02T03:04:05Z");
  EXPECT_EQ(at_fixed_time("Time.now.utc.strftime(\"%Y%m%d%H%M%S\")"), "20260102030405");
  EXPECT_EQ(at_fixed_time("Time.now.utc.strftime(\"%-d.%-m.%y %b %j %F %T %Z %% %^a\")"),
            "2.1.26 Jan 002 2026-01-02 03:04:05 UTC % FRI");
}

}  // namespace
}  // namespace kamal::test
