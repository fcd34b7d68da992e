#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateErrors = TemplateTest;

constexpr const char* ways_out = ": not supported without Ruby (simplify the expression or install ruby)";

TEST_F(TemplateErrors, NameTheLineWhereTheExceptionIsFrom) {
  EXPECT_EQ(problem("a\n<% x = nil\n   y = 2\n   x.strip\n%>\n"),
            "config/deploy.yml:4: `x = nil y = 2 x.strip`: undefined method 'strip' for nil (NoMethodError)");
}

TEST_F(TemplateErrors, NameTheLineAfterTrimmedLines) {
  EXPECT_EQ(problem("<%- 1 -%>\n<%# c\nc -%>\n\n<%= 1 / 0 %>"),
            "config/deploy.yml:5: `1 / 0`: divided by 0 (ZeroDivisionError)");
}

TEST_F(TemplateErrors, TruncateLongExpressions) {
  const std::string text =
      problem("<%= nil.strip" + std::string(200, ' ') + " + \"" + std::string(200, 'x') + "\" %>");
  EXPECT_LT(text.size(), 220U);
}

TEST_F(TemplateErrors, ReportExceptions) {
  EXPECT_EQ(problem("<% raise ArgumentError, \"no region\" unless ENV[\"REGION\"] %>"),
            "config/deploy.yml:1: `raise ArgumentError, \"no region\" unless ENV[\"REGION\"]`: no region "
            "(ArgumentError)");
  EXPECT_EQ(problem("<% abort \"no\" %>"), "config/deploy.yml:1: `abort \"no\"`: no (SystemExit)");
}

TEST_F(TemplateErrors, NameTheLineOfTheFirstRaiseOfWhatIsRaisedAgain) {
  EXPECT_EQ(problem("<% begin\nraise \"x\"\nrescue\nraise\nend %>").substr(0, 20), "config/deploy.yml:2:");
  EXPECT_EQ(problem("<% begin\nraise \"x\"\nrescue => e\nraise e\nend %>").substr(0, 20),
            "config/deploy.yml:2:");
}

TEST_F(TemplateErrors, ReportUnclosedConstructs) {
  EXPECT_EQ(problem("a: <% if true %>x\n"),
            std::string("config/deploy.yml:1: `if true`: `if` has no `end`") + ways_out);
  EXPECT_EQ(problem("\n<% [1].each do |x| %>x"),
            std::string("config/deploy.yml:2: `[1].each do |x|`: `do` has no `end`") + ways_out);
}

TEST_F(TemplateErrors, ReportUnknownNames) {
  EXPECT_EQ(problem("<%= regoin %>"),
            std::string("config/deploy.yml:1: `regoin`: unknown name `regoin`") + ways_out);
}

TEST_F(TemplateErrors, AreNotCausedByCodeOfOtherKindsInText) {
  EXPECT_EQ(render("run: ${HOME} $(x) #{y} %{z} {{w}} <b>"), "run: ${HOME} $(x) #{y} %{z} {{w}} <b>");
}

TEST_F(TemplateErrors, WarnOfATagThatIsNeverClosed) {
  EXPECT_EQ(render("a\n# <% for example"), "a\n#  for example");
  EXPECT_EQ(printed_, "config/deploy.yml:2: `<%` without `%>`: what follows is text\n");
}

TEST_F(TemplateErrors, KeepWhatWasReadOutOfJsonErrors) {
  processes_.answer = {0, "{\"password\": sesame}", "", false};
  const std::string text = problem("<%= JSON.parse(`vault; true`) %>");
  EXPECT_EQ(text.find("sesame"), std::string::npos);
  EXPECT_EQ(text,
            "config/deploy.yml:1: `JSON.parse(`vault; true`)`: invalid JSON: unexpected character at byte 14 "
            "(JSON::ParserError)");
}

}  // namespace
}  // namespace kamal::test
