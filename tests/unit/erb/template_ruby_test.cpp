// What is beyond the interpreter: an installed ruby evaluates all of the template, once.
#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateRuby = TemplateTest;

TEST_F(TemplateRuby, GetsTheTemplateOnStandardInputOnly) {
  program("ruby");
  processes_.answer = {0, "ok 5\nhello", "", false};
  EXPECT_EQ(render("<%= Socket.gethostname %>"), "hello");
  ASSERT_EQ(processes_.processes.size(), 1U);
  EXPECT_EQ(processes_.processes.at(0).argv.at(0), "ruby");
  EXPECT_EQ(processes_.processes.at(0).input, "<%= Socket.gethostname %>");
  for (const std::string& word : processes_.processes.at(0).argv)
    EXPECT_EQ(word.find("gethostname"), std::string::npos);
}

TEST_F(TemplateRuby, GetsTheCommandLine) {
  program("ruby");
  processes_.answer = {0, "ok 1\nx", "", false};
  context_.arguments = {"deploy", "-d", "staging"};
  render("<%= Socket.gethostname %>");
  ASSERT_EQ(processes_.processes.size(), 1U);
  const std::vector<std::string>& argv = processes_.processes[0].argv;
  ASSERT_EQ(argv.size(), 8U);
  EXPECT_EQ(argv[2], "-e");
  EXPECT_EQ(std::vector<std::string>(argv.begin() + 4, argv.end()),
            (std::vector<std::string>{"--", "deploy", "-d", "staging"}));
}

TEST_F(TemplateRuby, LoadsWhatKamalHasLoaded) {
  program("ruby");
  processes_.answer = {0, "ok 1\nx", "", false};
  render("<%= Socket.gethostname %>");
  ASSERT_EQ(processes_.processes.size(), 1U);
  ASSERT_GT(processes_.processes[0].argv.size(), 3U);
  const std::string& script = processes_.processes[0].argv[3];
  for (const char* library :
       {"erb", "json", "yaml", "date", "uri", "pathname", "shellwords", "active_support"})
    EXPECT_NE(script.find(library), std::string::npos) << library;
  EXPECT_NE(script.find("autoload(:Dotenv, \"dotenv\")"), std::string::npos);
  EXPECT_EQ(script.find("TOPLEVEL_BINDING"), std::string::npos);
}

TEST_F(TemplateRuby, IsAskedBeforeAnyCommandRuns) {
  program("ruby");
  processes_.answer = {0, "ok 1\nx", "", false};
  render("<%= `first; true` %><%= Socket.gethostname %>");
  ASSERT_EQ(processes_.processes.size(), 1U);
  EXPECT_EQ(processes_.processes.at(0).argv.at(0), "ruby");
}

TEST_F(TemplateRuby, IsNotAskedForWhatTheInterpreterKnows) {
  program("ruby");
  EXPECT_EQ(render("<%= [1, 2].sum %>"), "3");
  EXPECT_TRUE(processes_.processes.empty());
}

TEST_F(TemplateRuby, TakesOverWhenValuesTurnOutToBeBeyond) {
  program("ruby");
  processes_.answer = {0, "ok 2\n\u00c9", "", false};
  EXPECT_EQ(render("<% ENV[\"A\"] = \"b\" %><%= \"\u00e9\".upcase %>"), "\u00c9");
  EXPECT_EQ(context_.environment.count("A"), 0U);
}

TEST_F(TemplateRuby, DoesNotTakeOverWhenCommandsHaveRun) {
  program("ruby");
  processes_.answer = {0, "\u00e9\n", "", false};
  EXPECT_EQ(problem("<% x = `one; true` %>\n<%= x.upcase %>"),
            "config/deploy.yml:2: `x.upcase`: `upcase` of non-ASCII letters: not supported without Ruby, "
            "which can't take over after commands have run (simplify the expression)");
  EXPECT_EQ(processes_.processes.size(), 1U);
}

TEST_F(TemplateRuby, ChangesTheEnvironment) {
  program("ruby");
  context_.environment["OLD"] = "1";
  processes_.answer = {0, std::string("ok 2\nhiNEW=a=b\0OLD", 18), "", false};
  EXPECT_EQ(render("<%= Socket %>"), "hi");
  EXPECT_EQ(context_.environment.at("NEW"), "a=b");
  EXPECT_EQ(context_.environment.count("OLD"), 0U);
}

TEST_F(TemplateRuby, NamesFileAndLineOfItsExceptions) {
  program("ruby");
  processes_.answer = {0, "error 2\nboom (RuntimeError)", "", false};
  EXPECT_EQ(problem("a\n<%= Socket.open %>"), "config/deploy.yml:2: `Socket.open`: boom (RuntimeError)");
}

TEST_F(TemplateRuby, IsReportedWhenItFails) {
  program("ruby");
  processes_.answer = {1, "", "libruby.so: not found\n", false};
  EXPECT_EQ(problem("<%= Socket.open %>"), "config/deploy.yml: ruby: libruby.so: not found");
}

TEST_F(TemplateRuby, HasATimeLimit) {
  program("ruby");
  processes_.answer = {137, "", "", true};
  EXPECT_EQ(problem("<%= Socket.open %>"),
            "config/deploy.yml: ruby timed out after 60s (raise KAMAL_ERB_TIMEOUT)");
}

TEST_F(TemplateRuby, IsSuggestedIfMissing) {
  EXPECT_EQ(problem("a: 1\nb: <%= Socket.gethostname %>"),
            "config/deploy.yml:2: `Socket.gethostname`: unknown constant Socket: not supported without Ruby "
            "(simplify the expression or install ruby)");
}

TEST_F(TemplateRuby, ReportsItsVersion) {
  program("ruby");
  processes_.answer = {0, "3.2.1\n", "", false};
  EXPECT_EQ(render("<%= RUBY_ENGINE %>-<%= RUBY_ENGINE_VERSION %>"), "ruby-3.2.1");
  EXPECT_EQ(processes_.processes.size(), 1U);
}

TEST_F(TemplateRuby, IsAskedForItsVersionOnce) {
  program("ruby");
  processes_.answer = {0, "3.3.5\n", "", false};
  EXPECT_EQ(render("<% 3.times do %><%= RUBY_VERSION %> <% end %><%= RUBY_ENGINE_VERSION %>"),
            "3.3.5 3.3.5 3.3.5 3.3.5");
  EXPECT_EQ(processes_.processes.size(), 1U);
}

TEST_F(TemplateRuby, HasADocumentedVersionWhereThereIsNone) {
  EXPECT_EQ(render("<%= ENV[\"RBENV_VERSION\"] || ENV[\"rvm_ruby_string\"] || "
                   "\"#{RUBY_ENGINE}-#{RUBY_ENGINE_VERSION}\" %>"),
            "ruby-3.4.7");
}

// With the ruby of this machine.
class TemplateInstalledRuby : public TemplateTest {
 protected:
  void SetUp() override {
    context_.environment = current_environment();
    context_.processes = &system_;
    if (system_.run({{"ruby", "-v"}, {}, {}, {}, {}}).status != 0) GTEST_SKIP() << "no ruby is installed";
  }

  Interruption interruption_;
  SystemProcesses system_{interruption_};
};

TEST_F(TemplateInstalledRuby, EvaluatesWhatIsBeyondTheInterpreter) {
  EXPECT_EQ(render("<% Point = Struct.new(:x); puts \"aside\" -%>\n<%= Point.new(3).x %>\n<%= \"é\" %>"),
            "3\né");
  EXPECT_EQ(printed_, "aside\n");
}

TEST_F(TemplateInstalledRuby, KeepsTheTextBeforeANestedTemplate) {
  EXPECT_EQ(
      render(
          "a<% Struct; x = 1 %><%= ERB.new(\"<%= 2 %%>\").result %>"
          "b<%= ERB.new(\"<%= x %%><%= ERB.new('<%= x %' + '>').result(binding) %%>\").result(binding) %>c"),
      "a2b11c");
}

TEST_F(TemplateInstalledRuby, HasTheLibrariesThatKamalHasLoaded) {
  EXPECT_EQ(
      render("<%= URI(\"http://a/b\").host %> <%= Pathname(\"x\").join(\"y\") %> <%= \"a b\".shellescape %> "
             "<%= JSON.parse(\"[1]\")[0] %> <%= Struct.name.present? %> <%= Dir.tmpdir.class %> "
             "<%= Digest::SHA256.hexdigest(\"a\")[0, 4] %>"),
      "a x/y a\\ b 1 true String ca97");
  EXPECT_EQ(printed_, "");
}

TEST_F(TemplateInstalledRuby, HasNoMoreThanKamalHasLoaded) {
  EXPECT_NE(problem("<% Struct %><%= 5.minutes %>").find("(NoMethodError)"), std::string::npos);
}

TEST_F(TemplateInstalledRuby, KnowsTheCommandLine) {
  context_.arguments = {"deploy", "-d", "a b"};
  EXPECT_EQ(render("<% Struct %><%= ARGV.inspect %>"), "[\"deploy\", \"-d\", \"a b\"]");
}

TEST_F(TemplateInstalledRuby, DoesNotSeeTheVariablesOfWhatStartsIt) {
  EXPECT_EQ(render("<% Struct %><%= TOPLEVEL_BINDING.local_variables.inspect %>"), "[]");
}

TEST_F(TemplateInstalledRuby, ReportsTheLineOfAnExceptionInANestedTemplate) {
  EXPECT_EQ(
      problem("a\n<% Struct; text = \"b\\n<%= 1 / 0 %%>\" %>\n<%= ERB.new(text).result %>"),
      "config/deploy.yml:3: `ERB.new(text).result`: divided by 0 (ZeroDivisionError) (line 2 of the ERB "
      "template evaluated there)");
}

TEST_F(TemplateInstalledRuby, HandsItsEnvironmentBack) {
  context_.environment["GIVEN"] = "1";
  EXPECT_EQ(render("<% ENV[\"FOUND\"] = ENV.delete(\"GIVEN\") + Struct.name %>x"), "x");
  EXPECT_EQ(context_.environment.at("FOUND"), "1Struct");
  EXPECT_EQ(context_.environment.count("GIVEN"), 0U);
}

TEST_F(TemplateInstalledRuby, ReportsTheLineOfAnException) {
  EXPECT_EQ(
      problem("a\n\n<%= Struct.new(:x).new(1).x + nil %>"),
      "config/deploy.yml:3: `Struct.new(:x).new(1).x + nil`: nil can't be coerced into Integer (TypeError)");
}

TEST_F(TemplateInstalledRuby, ReportsTheLineOfASyntaxError) {
  EXPECT_TRUE(problem("a\n<%= 1 + %>\n").starts_with("config/deploy.yml:")) << problem("a\n<%= 1 + %>\n");
}

TEST_F(TemplateInstalledRuby, MayBeStoppedByTheTemplate) {
  EXPECT_EQ(problem("<% Struct; abort \"no region\" %>"),
            "config/deploy.yml:1: `Struct; abort \"no region\"`: no region (SystemExit)");
}

}  // namespace
}  // namespace kamal::test
