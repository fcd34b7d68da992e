// Templates that a template evaluates: ERB.new.
#include "erb_rows.h"
#include "template_fixture.h"

namespace kamal::test {
namespace {

// In code, %%> stands for %>.
// clang-format off: a row is a line
constexpr ErbRow template_inner_rows[] = {
    {R"(ERB.new("a <%= 1 + 1 %%> b").result)", R"("a 2 b")"},
    {R"(ERB.new("<% if true %%>\nx\n<% end %%>\n").result)", R"("\nx\n\n")"},
    {R"(ERB.new("<% if true -%%>\nx\n  <%- end -%%>\ny", trim_mode: "-").result)", R"("x\ny")"},
    {R"(ERB.new("<%= 1 %%>\n", trim_mode: nil).result)", R"("1\n")"},
    {R"(x = 3; ERB.new("<%= x %%>").result(binding))", R"("3")"},
    {R"(x = 1; ERB.new("<% x = 2 %%>").result(binding); x)", "2"},
    {R"(r = []; [1, 2].each { |n| r << ERB.new("<%= n %%>").result(binding) }; r)", R"(["1", "2"])"},
    {R"(b = binding; ERB.new("<% z = 5 %%>").result(b); ERB.new("<%= z %%>").result(b))", R"("5")"},
    {R"(@v = 2; ERB.new("<% @v += 1 %%><%= @v %%>").result + @v.to_s)", R"("33")"},
    {R"((ERB.new("a<% raise 'x' %%>").result rescue "b") + ERB.new("c").result)", R"("bc")"},
    {R"(ERB.new("<% [1, 2].each do |x| %%><%= x %%>,<% end %%>").result)", R"("1,2,")"},
    {R"(ERB.new("").class)", "ERB"},
    {R"(ERB.new("").result(3) rescue $!.class)", "TypeError"},
};
// clang-format on

TEST(ErbInErb, IsInterpretedAsRubyDoesIt) { expect_rows(template_inner_rows); }
TEST(ErbInErb, HasRowsThatAnInstalledRubyAgreesWith) { expect_ruby_agrees(template_inner_rows); }

class TemplateInTemplate : public TemplateTest {
 protected:
  // A tag that evaluates a file.
  static std::string tag(const std::string& path, const std::string& result = "result") {
    return "<%= ERB.new(File.read(\"" + path + "\"))." + result + " %>";
  }
};

TEST_F(TemplateInTemplate, IsRenderedInItsPlaceWithoutRuby) {
  const std::string path = file("part.erb", "b: <%= 1 + 1 %>\n");
  EXPECT_EQ(render("a: 1\n" + tag(path) + "c: 3\n"), "a: 1\nb: 2\nc: 3\n");
  EXPECT_TRUE(processes_.processes.empty());
}

TEST_F(TemplateInTemplate, KeepsTheTextBeforeIt) {
  const std::string path = file("part.erb", "<%= x %>");
  EXPECT_EQ(render("a<% x = 1 %>" + tag(path, "result(binding)") + "b"), "a1b");
}

TEST_F(TemplateInTemplate, SeesVariablesOfABindingOnly) {
  const std::string path = file("part.erb", "<%= x %>");
  EXPECT_EQ(problem("<% x = 1 %>" + tag(path)),
            path +
                ":1: `x`: unknown name `x`: not supported without Ruby (simplify the expression or install "
                "ruby) (evaluated at config/deploy.yml:1)");
}

TEST_F(TemplateInTemplate, SharesTheEnvironment) {
  const std::string path = file("part.erb", "<% ENV[\"B\"] = ENV[\"A\"] + \"2\" %>");
  context_.environment["A"] = "1";
  EXPECT_EQ(render(tag(path) + "<%= ENV[\"B\"] %>"), "12");
}

TEST_F(TemplateInTemplate, NamesItsFileAndLineInErrors) {
  const std::string path = file("part.erb", "a: 1\nb: <%= ENV.fetch(\"X\") %>\n");
  EXPECT_EQ(
      problem("a\n\n" + tag(path)),
      path + ":2: `ENV.fetch(\"X\")`: key not found: \"X\" (KeyError) (evaluated at config/deploy.yml:3)");
}

TEST_F(TemplateInTemplate, NamesTheLineOfTheCallWhereItsTextIsOfNoFile) {
  EXPECT_EQ(problem("a\n<% text = \"\\n<%= 1 / 0 %%>\" %>\n<%= ERB.new(text).result %>"),
            "config/deploy.yml:3: `1 / 0`: divided by 0 (ZeroDivisionError) (line 2 of the ERB template "
            "evaluated there)");
}

TEST_F(TemplateInTemplate, KeepsThePositionOfErrorsAfterIt) {
  const std::string path = file("part.erb", "1\n2\n3\n");
  EXPECT_EQ(problem(tag(path) + "\n<%= 1 / 0 %>"),
            "config/deploy.yml:2: `1 / 0`: divided by 0 (ZeroDivisionError)");
}

TEST_F(TemplateInTemplate, ThatIncludesItselfEnds) {
  const std::string path = file("part.erb", "");
  file("part.erb", "a\n" + tag(path));
  EXPECT_TRUE(problem(tag(path)).starts_with(path + ":2: `ERB.new(File.read(\"" + path +
                                             "\")).result`: template code calls itself too deeply"))
      << problem(tag(path));
}

TEST_F(TemplateInTemplate, ThatIsRenderedWithoutEndEnds) {
  EXPECT_NE(problem("<% one = ERB.new(\"<%= 1 %%>\"); 1_000_000.times { one.result } %>")
                .find("exceeded its step limit"),
            std::string::npos);
}

TEST_F(TemplateInTemplate, MayBeRenderedInALoop) {
  const std::string path = file("part.erb", "- <%= host %>\n");
  EXPECT_EQ(render("<% %w[a b].each do |host| -%>\n" + tag(path, "result(binding)") + "<% end -%>\n"),
            "- a\n- b\n");
}

TEST_F(TemplateInTemplate, IsCheckedBeforeAnyCommandRuns) {
  program("ruby");
  processes_.answer = {0, "ok 1\nx", "", false};
  const std::string path = file("part.erb", "<%= Socket.gethostname %>");
  EXPECT_EQ(render("<% `first; true` %>" + tag(path)), "x");
  ASSERT_EQ(processes_.processes.size(), 1U);
  EXPECT_EQ(processes_.processes[0].argv[0], "ruby");
}

TEST_F(TemplateInTemplate, IsNotCheckedAgainWhenRendered) {
  const std::string inner = file("inner.erb", "<%= Socket.gethostname %>");
  const std::string path = file("part.erb", "b<% if false %>" + tag(inner) + "<% end %>");
  EXPECT_EQ(render("<% name = \"" + path + "\" %>a<%= ERB.new(File.read(name)).result %>c"), "abc");
}

TEST_F(TemplateInTemplate, BeyondTheInterpreterIsReportedWithItsFileAndLine) {
  const std::string path = file("part.erb", "a\n<%= Socket.gethostname %>");
  EXPECT_TRUE(problem("x\n" + tag(path))
                  .starts_with("config/deploy.yml:2: `ERB.new(File.read(\"" + path + "\")).result`: " + path +
                               ":2: unknown constant Socket: not supported without Ruby"))
      << problem("x\n" + tag(path));
}

TEST_F(TemplateInTemplate, IsNotHandedOverForTheVariablesOfABinding) {
  program("ruby");
  const std::string path = file("part.erb", "<%= name %>");
  EXPECT_EQ(render("<% %w[a].each do |name| %><%= ERB.new(File.read(\"" + path +
                   "\")).result(binding) %><% end %>"),
            "a");
  EXPECT_TRUE(processes_.processes.empty());
}

TEST_F(TemplateInTemplate, BeyondTheInterpreterIsHandedOverWithAllOfTheTemplate) {
  program("ruby");
  processes_.answer = {0, "ok 1\nx", "", false};
  const std::string text = "a<% text = \"<%= Socket.gethostname %%>\" %><%= ERB.new(text).result %>";
  EXPECT_EQ(render(text), "x");
  ASSERT_EQ(processes_.processes.size(), 1U);
  EXPECT_EQ(processes_.processes[0].input, text);
}

}  // namespace
}  // namespace kamal::test
