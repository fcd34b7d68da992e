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

TEST(ErbExtensions, AreThoseOfTheReference) { expect_rows(extensions_rows); }

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

}  // namespace
}  // namespace kamal::test
