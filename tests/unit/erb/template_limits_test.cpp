// Whatever a template does, it ends soon and in bounds.
#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateLimits = TemplateTest;

std::string repeated(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST_F(TemplateLimits, EndEndlessLoops) {
  const std::string endless = "template exceeded its step limit (infinite loop?)";
  EXPECT_EQ(problem("\n<% 9_000_000.times { } %>"), "config/deploy.yml:2: `9_000_000.times { }`: " + endless);
  EXPECT_EQ(problem("<% (1..9_000_000_000).each { |x| x } %>"),
            "config/deploy.yml:1: `(1..9_000_000_000).each { |x| x }`: " + endless);
  EXPECT_EQ(problem("<% a = [1]; a.each { a << 1 } rescue 2 %>"),
            "config/deploy.yml:1: `a = [1]; a.each { a << 1 } rescue 2`: " + endless);
}

TEST_F(TemplateLimits, EndEndlessRecursion) {
  EXPECT_EQ(problem("<% a = []; a << a; a.flatten %>"),
            "config/deploy.yml:1: `a = []; a << a; a.flatten`: template code calls itself too deeply");
  EXPECT_NE(problem("<% a = []; a << a; a.to_json %>"), "");
  EXPECT_NE(problem("<% h = {}; h[:a] = h; h.to_s %>"), "");
}

TEST_F(TemplateLimits, BoundMemory) {
  const std::string much = "template exceeded its limit of 64 MiB of data";
  EXPECT_EQ(problem("<%= \"x\" * 10_000_000_000 %>"),
            "config/deploy.yml:1: `\"x\" * 10_000_000_000`: " + much);
  EXPECT_EQ(problem("<% s = \"x\"; 99.times { s += s } %>"),
            "config/deploy.yml:1: `s = \"x\"; 99.times { s += s }`: " + much);
  EXPECT_EQ(problem("<% s = \"x\"; 99.times { s << s } %>"),
            "config/deploy.yml:1: `s = \"x\"; 99.times { s << s }`: " + much);
  EXPECT_EQ(problem("<% a = [1]; 99.times { a += a } %>"),
            "config/deploy.yml:1: `a = [1]; 99.times { a += a }`: " + much);
  EXPECT_EQ(problem("<% s = \"x\" * 20_000_000; [s, s, s, s].to_json %>"),
            "config/deploy.yml:1: `s = \"x\" * 20_000_000; [s, s, s, s].to_json`: " + much);
  EXPECT_EQ(problem("<%= File.read(\"/dev/zero\") %>"),
            "config/deploy.yml:1: `File.read(\"/dev/zero\")`: " + much);
}

TEST_F(TemplateLimits, BoundPatterns) {
  EXPECT_NE(problem("<%= (\"a\" * 40) =~ /(a*)*(a*)*[bc]/ %>"), "");
  EXPECT_NE(problem("<%= (\"a\" * 100_000) =~ /a*[bc]/ %>"), "");
  EXPECT_NE(problem("<%= (\"ab\" * 100_000) =~ /(?:a|b|ab)*[cd]/ %>"), "");
  EXPECT_EQ(render("<%= (\"a\" * 100_000)[/a*b?/].size %>"), "100000");
}

TEST_F(TemplateLimits, BoundNesting) {
  const std::string deep = "config/deploy.yml: template code is nested too deeply";
  EXPECT_EQ(problem("<%= " + repeated("(", 10'000) + " %>"), deep);
  EXPECT_EQ(problem("<%= " + repeated("[", 10'000) + " %>"), deep);
  EXPECT_EQ(problem("<%= " + repeated("!", 10'000) + "1 %>"), deep);
  EXPECT_EQ(problem("<%= " + repeated("\"#{", 10'000) + " %>"), deep);
  EXPECT_EQ(problem("<% " + repeated("if 1;", 10'000) + " %>"), deep);
  EXPECT_EQ(problem("<% x = " + repeated("[1].map { ", 10'000) + " %>"), deep);
}

TEST_F(TemplateLimits, BoundLongChains) {
  EXPECT_EQ(problem("<%= 1" + repeated(" + 1", 10'000) + " %>").substr(0, 23), "config/deploy.yml:1: `1");
  EXPECT_NE(problem("<%= 1" + repeated(".succ", 10'000) + " %>"), "");
  EXPECT_EQ(render("<%= 1" + repeated(" + 1", 99) + " %>"), "100");
}

TEST_F(TemplateLimits, BoundCode) {
  EXPECT_EQ(problem("<%= 1" + repeated(" ", 600'000) + " %>"),
            "config/deploy.yml: template has more than 512 KiB of code");
}

TEST_F(TemplateLimits, LetLongTextPass) {
  const std::string text = repeated("- some text of a line\n", 100'000);
  EXPECT_EQ(render(text + "<%= 1 %>").size(), text.size() + 1);
}

TEST_F(TemplateLimits, AllowSplittingLongOutput) {
  const std::string lines = "text = \"some text of a line\\n\" * 20_000; ";
  EXPECT_EQ(
      render("<% " + lines +
             "%><%= text.gsub(/\\n/, \" \").size %> <%= text.lines.size %> <%= text.scan(/line/).size %>"),
      "400000 20000 20000");
}

}  // namespace
}  // namespace kamal::test
